//! What is no form that we know is refused, with the nearest kinds and what they miss; a form whose labels are damaged is known all
//! the same.

mod support;

use biaozhun::catalogue::{self, Language};
use biaozhun::diag::Error;
use biaozhun::pipeline::convert;
use biaozhun::rules::Fix;
use support::case::definitions;
use support::damage::{Damage, ruin};
use support::family::filled;
use support::layout::{Layout, print};
use support::prng::Random;

/// Tables and texts that speak of the same things as forms do. All invented.
const STRANGERS: [(&str, &str); 6] = [
    (
        "a report",
        "明溪口县水利局2023年度部门整体支出绩效自评报告\n\n一、部门概况\n（一）部门职能概述。县水利局主要负责全县水资源管理、防汛抗旱等工作。\n\
         （二）部门整体支出情况。2023年年初预算数1200.50万元，全年预算数1310.20万元，全年执行数1288.60万元，执行率98.35%。\n\
         二、绩效目标完成情况\n（一）年度总体目标：完成25座小型水库除险加固，确保安全度汛。\n\
         （二）产出指标完成情况。数量指标：完成水库除险加固25座；质量指标：工程验收合格率100%。\n\
         三、存在问题\n1. 预算执行进度不均衡。\n四、改进措施\n下一步将加强预算绩效管理，加快项目支出进度。\n",
    ),
    (
        "minutes",
        "会议纪要\n2024年3月5日，局长办公会研究了项目支出绩效目标申报表的填报工作。会议要求各科室认真填写项目名称、主管部门、实施单位、\
         项目资金等内容，绩效指标应当包括产出指标、效益指标和满意度指标。\n会议强调，年度目标要与中期目标衔接。\n",
    ),
    (
        "a pay list",
        "部门人员工资明细表\n单位名称\t松原屯区统计局\t填报日期\t2024年1月5日\n序号\t姓名\t岗位\t基本工资\t津贴\t合计\n\
         1\t方禾\t科长\t4200\t1800\t6000\n2\t林一诺\t科员\t3600\t1500\t5100\n填报人\t苏明远\t联系电话\t0700-3344556\n",
    ),
    (
        "a purchase request",
        "政府采购项目申请表\n项目名称\t办公设备采购\t主管部门\t县财政局\n实施单位\t县档案馆\t联系电话\t0700-3344556\n\
         项目资金（万元）\t资金总额\t12.00\t财政拨款\t12.00\n采购内容\t单价\t数量\t金额\n台式电脑\t0.45\t20\t9.00\n打印机\t0.30\t10\t3.00\n备注\t无\n",
    ),
    (
        "a budget",
        "部门收支预算总表\n单位：万元\n收入\t\t支出\t\n项目\t预算数\t项目\t预算数\n一、财政拨款\t1200.50\t一、基本支出\t620.10\n\
         二、财政专户管理资金\t0.00\t二、项目支出\t580.40\n三、单位资金\t0.00\t\t\n收入合计\t1200.50\t支出合计\t1200.50\n",
    ),
    (
        "a score sheet",
        "项目支出绩效评价指标体系评分表\n一级指标\t二级指标\t三级指标\t分值\t指标解释\t评分标准\t得分\n\
         决策\t项目立项\t立项依据充分性\t5\t项目立项是否符合法律法规\t符合得5分\t5\n\t\t立项程序规范性\t5\t项目申请是否符合要求\t符合得5分\t5\n\
         过程\t资金管理\t资金到位率\t5\t实际到位/预算\t100%得5分\t5\n\t\t预算执行率\t5\t执行数/预算数\t100%得5分\t4.5\n\
         产出\t产出数量\t实际完成率\t10\t实际产出/计划产出\t100%得10分\t10\n效益\t社会效益\t项目效益\t20\t社会效益实现情况\t\t18\n\
         满意度\t服务对象满意度\t群众满意度\t10\t\t\t9\n合计\t\t\t100\t\t\t95\n",
    ),
];

#[test]
fn what_is_no_form_is_refused() {
    for (what, text) in STRANGERS {
        match convert(text.as_bytes(), definitions(), Fix::Auto) {
            Err(Error::NoForm(message)) => {
                let said = catalogue::render(Language::Chinese, &message);
                // A table with labels of a form has a nearest one; a text has none.
                assert!(!text.contains('\t') || said.contains("最接近") && said.contains("缺少"), "{what}: {said}");
            }
            Err(error) => panic!("{what}: {error}"),
            Ok(conversion) => {
                let record = &conversion.forms[0].record;
                panic!("{what} is taken for {} ({})", record.form, record.source.recognised);
            }
        }
    }
}

/// Three labels misspelt, and the title lost: a table is known by what else stands in it.
#[test]
fn a_form_with_damaged_labels_is_known() {
    for definition in definitions() {
        for seed in 70..73 {
            let mut random = Random::new(seed);
            let mut form = filled(definition, seed);
            form.sheet.heading.retain(|line| definition.title.wordings().all(|title| !line.contains(&**title)));
            let damage = Damage { mutated: 3, ..Damage::degree(0) };
            let text = print(&ruin(&form.sheet, &damage, &mut random), Layout::Tabs, &mut random);
            let conversion = convert(text.as_bytes(), definitions(), Fix::Auto);
            let forms = conversion.unwrap_or_else(|error| panic!("{} {seed}: {error}", definition.id)).forms;
            assert_eq!(forms[0].record.form, *definition.id, "{seed}");
        }
    }
}
