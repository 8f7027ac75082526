//! The rounds: every rule is asked what it says and proposes, what may be made is made, and rules are asked again where something was
//! edited that they see, until nothing is.

use super::choice::Settled;
use super::context::{Context, Ledger, Memory, Settling};
use super::{Apply, Fix, Parameters, RULES, Rule, Sight, Verdict, is_ours};
use crate::change::{self, Change, Class};
use crate::diag::{Check, Finding};
use crate::form::{FormDefinition, Named};
use crate::record::Record;
use crate::value::Kind;

/// Rounds after which the rules are taken not to come to rest. Each rule alone settles in one.
const ROUNDS: usize = 12;

pub(super) fn settle(record: &mut Record, definition: &FormDefinition, fix: Fix, settled: Settled<'_>) -> Verdict {
    let (no_values, nothing_named) = (serde_json::Map::new(), Named::default());
    let mut uses = uses(definition, Parameters { values: &no_values, named: &nothing_named });
    let mut changes = std::mem::take(&mut record.changes);
    if fix != Fix::None {
        // How labels were read that stand for a value: the fitting proposes, here it is decided.
        let open = |change: &&mut Change| !change.applied && change.class == Class::Auto && !is_ours(change.rule);
        for change in changes.iter_mut().filter(open) {
            // One that does not fit its field stays open for a person to see.
            let _ = change::apply(record, change);
        }
    }
    let mut ledger = Ledger::new(changes);
    let memory = Memory::new();
    let mut edits: Vec<Sight> = Vec::new();
    let mut fields_edited = 0;
    let mut unit = definition.roles.unit_of(record);
    let mut declined = Vec::new();
    for _ in 0..ROUNDS {
        let mut edited = false;
        declined.clear();
        ledger.begin();
        for Use { rule, function, parameters, sees, said } in &mut uses {
            let ask = |record: &Record, ledger: &Ledger| {
                let mut context = Context {
                    record,
                    definition,
                    shape: definition.shape(),
                    ledger,
                    memory: &memory,
                    edits: fields_edited,
                    settled,
                    rule: rule.code,
                    severity: settled.severity(rule.code, rule.severity),
                    unit,
                    proposals: Vec::new(),
                    findings: Vec::new(),
                    checks: Vec::new(),
                };
                function(&mut context, parameters);
                (context.proposals, context.findings, context.checks)
            };
            let mut before = None;
            if said.holds(*sees, &edits) {
                debug_assert!(said.is_same(&ask(record, &ledger)), "{} sees more than it declares", rule.code);
            } else {
                before = Some(std::mem::replace(said, Said::new(edits.len(), ask(record, &ledger))));
            }
            for Proposal { change, .. } in std::mem::take(&mut said.proposals) {
                let tells = settled.tells(change.rule);
                let told = tells || change.class == Class::Auto && settled.corrects(change.rule);
                // What a person has accepted as it is stays as it is.
                let may_stay = told && (change.class != Class::Auto || tells);
                let stays = may_stay && record.accepted.iter().any(|accepted| accepted.covers(change.rule, [&change.at]));
                if stays {
                    declined.push(change.clone());
                }
                if !told || stays {
                    said.proposals.push(Proposal { change, stands: false });
                    continue;
                }
                let taken = fix == Fix::Auto && settled.takes(&change);
                match ledger.settle(record, change, if taken { Fix::Suggest } else { fix }) {
                    Settling::Stands(change) => said.proposals.push(Proposal { change, stands: true }),
                    Settling::Applied => edits.push(Sight::ALL.and(Sight::SUGGESTED)),
                    Settling::Edited { kind, leaf } => {
                        memory.note_edited(leaf);
                        edits.push(Sight::of(&[kind]).and(Sight::SUGGESTED));
                        (edited, fields_edited) = (true, fields_edited + 1);
                        if kind == Kind::Unit {
                            unit = definition.roles.unit_of(record);
                        }
                    }
                }
            }
            if before.is_some_and(|before| !before.standing().eq(said.standing())) {
                edits.push(Sight::SUGGESTED);
            }
        }
        if !edited {
            break;
        }
    }
    let mut verdict = Verdict { declined, ..Verdict::default() };
    verdict.findings.reserve(uses.iter().map(|used| used.said.findings.len()).sum());
    verdict.checks.reserve(uses.iter().map(|used| used.said.checks.len()).sum());
    for Use { said, .. } in uses {
        verdict.findings.extend(said.findings.into_iter().filter(|finding| settled.tells(finding.rule)));
        verdict.checks.extend(said.checks.into_iter().filter(|check| settled.tells(check.rule)));
    }
    record.changes = ledger.finish(is_ours);
    verdict
}

/// A rule as it is applied to a form: those led by the types of fields once, the others each time that the definition lists them.
struct Use<'a> {
    rule: &'static Rule,
    function: fn(&mut Context<'_>, &Parameters<'_>),
    parameters: Parameters<'a>,
    sees: Sight,
    said: Said,
}

/// In the order of the table.
fn uses<'a>(definition: &'a FormDefinition, nothing: Parameters<'a>) -> Vec<Use<'a>> {
    let mut uses = Vec::with_capacity(RULES.len() + definition.rules.len());
    for rule in RULES {
        match rule.apply {
            Apply::Fitting | Apply::Across | Apply::With(_) => {}
            Apply::Always(function) => {
                uses.push(Use { rule, function, parameters: nothing, sees: rule.sees, said: Said::default() });
            }
            Apply::Listed(function) => uses.extend(Parameters::of_uses(definition, rule.code).map(|parameters| {
                let sees = rule.sees.of_parameters(parameters.named);
                Use { rule, function, parameters, sees, said: Said::default() }
            })),
        }
    }
    uses
}

/// What a rule said when it was asked last. It is asked again only where something that it sees was edited since, or other
/// suggestions stand before it.
#[derive(Default)]
struct Said {
    /// How many edits were made before; none: it was never asked.
    when: Option<usize>,
    /// Without those that were made.
    proposals: Vec<Proposal>,
    findings: Vec<Finding>,
    checks: Vec<Check>,
}

struct Proposal {
    change: Change,
    /// It is told, and waits for a person.
    stands: bool,
}

type Answer = (Vec<Change>, Vec<Finding>, Vec<Check>);

impl Said {
    fn new(when: usize, (changes, findings, checks): Answer) -> Said {
        let proposals = changes.into_iter().map(|change| Proposal { change, stands: false }).collect();
        Said { when: Some(when), proposals, findings, checks }
    }

    fn holds(&self, sees: Sight, edits: &[Sight]) -> bool {
        let since = self.when.and_then(|when| edits.get(when..));
        since.is_some_and(|since| since.iter().all(|edit| !sees.meets(*edit)))
    }

    fn is_same(&self, (changes, findings, checks): &Answer) -> bool {
        self.proposals.iter().map(|proposal| &proposal.change).eq(changes)
            && self.findings == *findings
            && self.checks == *checks
    }

    fn standing(&self) -> impl Iterator<Item = &Change> {
        self.proposals.iter().filter(|proposal| proposal.stands).map(|proposal| &proposal.change)
    }
}
