//! Words to make forms from: trades, names of indicators with their targets, notations. All invented, nothing of anyone.

use super::prng::Random;
use super::truth::Value;

pub const COUNTIES: [&str; 12] = [
    "安澜县",
    "青岚县",
    "云汀市",
    "松原屯区",
    "明溪口县",
    "白鹭洲区",
    "临沅山县",
    "望湖市",
    "石桥坪县",
    "南屏岭区",
    "河阳湾市",
    "锦川坝县",
];

pub const OFFICES: [&str; 14] = [
    "水利局",
    "农业农村局",
    "文化和旅游局",
    "卫生健康局",
    "教育局",
    "民政局",
    "交通运输局",
    "档案馆",
    "应急管理局",
    "统计局",
    "人力资源和社会保障局",
    "市场监督管理局",
    "住房和城乡建设局",
    "林业局",
];

pub const SURNAMES: [&str; 16] =
    ["方", "林", "苏", "程", "许", "沈", "陆", "余", "欧阳", "夏", "邵", "葛", "易", "段", "纪", "温"];
pub const GIVEN: [&str; 16] =
    ["禾", "一诺", "明远", "思齐", "可", "若水", "安", "文博", "小满", "知夏", "景行", "晓", "书宁", "亦凡", "岚", "子墨"];

/// Things that an office does; none speaks for a level by itself.
pub const TOPICS: [&str; 40] = [
    "河道清淤",
    "校舍维修",
    "种子抽检",
    "林木管护",
    "档案数字化",
    "古籍修复",
    "应急演练",
    "食品抽检",
    "困难群众救助",
    "残疾人康复服务",
    "农村公路养护",
    "公共厕所改造",
    "老旧小区改造",
    "疫苗接种",
    "健康体检",
    "技能培训",
    "招商推介",
    "文艺演出",
    "图书采购",
    "执法检查",
    "消防巡查",
    "垃圾清运",
    "污水处理",
    "安全隐患排查",
    "统计调查",
    "土地复垦",
    "高标准农田建设",
    "病虫害防治",
    "动物防疫",
    "村级会计轮训",
    "预算绩效评价",
    "会务保障",
    "法律咨询",
    "人才引进",
    "科普宣传",
    "养老服务",
    "供水管网改造",
    "桥梁检测",
    "路灯维护",
    "水质监测",
];

pub const DUTIES: [&str; 10] = [
    "贯彻执行有关法律法规和方针政策，拟订全县相关规划并组织实施",
    "负责本系统干部队伍建设和政工人事工作",
    "指导、监督基层站所开展业务工作；承担行业统计和信息化建设",
    "负责行业安全生产监督管理，组织开展隐患排查治理",
    "承担重大项目的前期论证、申报和组织实施",
    "管理和使用专项资金，负责内部审计和国有资产管理",
    "组织开展宣传教育和对外交流合作",
    "负责行政审批、行政处罚和行政复议应诉工作",
    "推动科技成果转化，指导社会组织发展",
    "承办县委、县政府交办的其他事项",
];

pub const TASKS: [&str; 10] = [
    "完善制度体系，健全“谁主管、谁负责”的工作机制",
    "深入开展专项整治行动，消除各类风险隐患",
    "加快推进重点工程建设，确保按期投入使用",
    "提升公共服务水平，扩大服务覆盖面",
    "加强人才队伍建设，组织业务骨干轮训",
    "推进数字化改革，建成统一的业务平台",
    "优化营商环境，压减审批事项和办理时间",
    "巩固拓展脱贫攻坚成果同乡村振兴有效衔接",
    "抓好党风廉政建设，落实全面从严治党主体责任",
    "做好重大节假日和重要活动期间的服务保障",
];

pub const GOALS: [&str; 10] = [
    "持续提升公共服务能力，满足群众多样化需求",
    "全面完成年度重点建设任务",
    "切实保障机关高效运转",
    "筑牢安全底线，防范化解重大风险",
    "推动行业高质量发展",
    "提高财政资金使用效益",
    "全力推进数字化转型",
    "夯实基层基础，补齐设施短板",
    "深化改革创新，优化办事流程",
    "加强队伍建设，提升履职能力",
];

/// Wordings of bases outside the form's own list, as offices write them.
pub const FREE_BASES: [&str; 6] = ["历史依据", "年度工作计划", "主管部门文件", "历史数据", "行业规范", "上级下达任务"];
pub const BASES: [&str; 4] = ["计划标准", "行业标准", "历史标准", "经验标准"];
pub const CATEGORIES: [&str; 2] = ["特定目标类项目", "其他运转类项目"];
pub const FREE_CATEGORIES: [&str; 4] = ["常年性项目", "延续性项目", "一次性项目", "新增项目"];
pub const VAGUE: [&str; 10] =
    ["提升", "有效提升", "逐步提高", "明显改善", "效果明显", "有所增强", "良好", "优", "严格执行相关规定", "达到预期目标"];

/// What an indicator may be given as its target.
#[derive(Clone, Copy)]
enum Aim {
    Count(&'static str, i64),
    Rate,
    Full,
    Ceiling(&'static str, i64),
    Zero(&'static str),
    Deadline,
    Length,
    Growth,
}

/// One ending of a name under a level 2, and whether the name speaks for that level (see [`speaks_for`]).
struct Ending(&'static str, Aim);

fn endings(level2: &str) -> &'static [Ending] {
    use Aim::*;
    match level2 {
        "数量指标" => {
            const E: [Ending; 8] = [
                Ending("数量", Count("个", 900)),
                Ending("次数", Count("次", 60)),
                Ending("人数", Count("人", 4000)),
                Ending("面积", Count("亩", 20000)),
                Ending("份数", Count("份", 3000)),
                Ending("场次", Count("场", 80)),
                Ending("完成量", Count("件", 1500)),
                Ending("工作量", Count("项", 300)),
            ];
            &E
        }
        "质量指标" => {
            const E: [Ending; 6] = [
                Ending("合格率", Rate),
                Ending("验收合格率", Full),
                Ending("达标率", Rate),
                Ending("准确率", Rate),
                Ending("完好率", Rate),
                Ending("优秀率", Rate),
            ];
            &E
        }
        "时效指标" => {
            const E: [Ending; 5] = [
                Ending("及时率", Rate),
                Ending("完成时间", Deadline),
                Ending("完成期限", Deadline),
                Ending("工作时限", Length),
                Ending("办理时限", Ceiling("个工作日", 60)),
            ];
            &E
        }
        "成本指标" => {
            const E: [Ending; 4] = [
                Ending("单位成本", Ceiling("元", 900)),
                Ending("成本控制数", Ceiling("万元", 600)),
                Ending("人均成本", Ceiling("元/人·月", 3000)),
                Ending("成本节约率", Growth),
            ];
            &E
        }
        "经济成本指标" => {
            const E: [Ending; 1] = [Ending("经济成本", Ceiling("万元", 600))];
            &E
        }
        "社会成本指标" => {
            const E: [Ending; 1] = [Ending("社会成本", Ceiling("万元", 90))];
            &E
        }
        "生态环境成本指标" => {
            const E: [Ending; 1] = [Ending("生态环境成本", Ceiling("万元", 90))];
            &E
        }
        "经济效益指标" => {
            const E: [Ending; 4] = [
                Ending("带动增收", Count("万元", 900)),
                Ending("新增产值", Count("万元", 9000)),
                Ending("税收增长幅度", Growth),
                Ending("经济贡献度", Growth),
            ];
            &E
        }
        "社会效益指标" => {
            const E: [Ending; 3] =
                [Ending("政策知晓率", Rate), Ending("群众知晓率", Rate), Ending("带动就业", Count("人", 500))];
            &E
        }
        "生态效益指标" => {
            const E: [Ending; 4] = [
                Ending("污染物排放下降幅度", Growth),
                Ending("绿化覆盖度", Growth),
                Ending("能耗下降幅度", Growth),
                Ending("生态修复规模", Count("公顷", 300)),
            ];
            &E
        }
        "可持续影响指标" => {
            const E: [Ending; 3] = [
                Ending("可持续运行年限", Count("年", 10)),
                Ending("长效机制健全度", Full),
                Ending("持续服务能力", Count("年", 9)),
            ];
            &E
        }
        _ => {
            const E: [Ending; 4] = [
                Ending("群众满意度", Rate),
                Ending("服务对象满意度", Rate),
                Ending("受益对象的满意度", Rate),
                Ending("群众满意率", Rate),
            ];
            &E
        }
    }
}

/// Endings that say nothing of their level, or seem to speak for another one: offices write such names too.
fn mute_endings(level2: &str) -> &'static [Ending] {
    use Aim::*;
    match level2 {
        "数量指标" => {
            const E: [Ending; 4] = [
                Ending("覆盖村组", Count("个", 90)),
                Ending("点位", Count("处", 60)),
                Ending("覆盖率", Rate),
                Ending("里程", Count("公里", 300)),
            ];
            &E
        }
        "质量指标" => {
            const E: [Ending; 2] = [Ending("责任事故", Zero("起")), Ending("标准", Rate)];
            &E
        }
        "时效指标" => {
            const E: [Ending; 2] = [Ending("进度", Full), Ending("启动安排", Deadline)];
            &E
        }
        "成本指标" => {
            const E: [Ending; 2] = [Ending("补助标准", Ceiling("元", 900)), Ending("经费保障率", Full)];
            &E
        }
        "经济效益指标" | "社会效益指标" | "生态效益指标" | "可持续影响指标" => {
            const E: [Ending; 3] =
                [Ending("影响力", Growth), Ending("覆盖范围", Count("个村", 60)), Ending("受益户", Count("户", 900))];
            &E
        }
        _ => &[],
    }
}

/// A name and target that fit a level 2. `plain`: the name speaks for its level, the target is measurable and canonical.
pub fn indicator(random: &mut Random, level2: &str, topic: &str, year: i32, plain: bool) -> (String, Value) {
    let mute = mute_endings(level2);
    let list = if !plain && !mute.is_empty() && random.chance(0.15) { mute } else { endings(level2) };
    let Ending(ending, aim) = &list[random.below(list.len())];
    let benefit = level2.contains("效益") || level2.contains("可持续");
    let target = if !plain && (benefit && random.chance(0.4) || random.chance(0.03)) {
        Value::same(random.pick(&VAGUE))
    } else {
        aim_value(random, *aim, year, plain)
    };
    (format!("{topic}{ending}"), target)
}

fn aim_value(random: &mut Random, aim: Aim, year: i32, plain: bool) -> Value {
    let other = !plain && random.chance(0.3);
    match aim {
        Aim::Count(unit, most) => {
            let number = random.between(2, most);
            if !plain && random.chance(0.1) {
                let upper = number + random.between(1, most);
                return Value::new(
                    format!("{number}～{upper}{unit}"),
                    format!("{number}{}{upper}{unit}", random.pick(&["～", "~", "-", "—"])),
                );
            }
            if !plain && random.chance(0.15) {
                exactly(random, &format!("{number}{unit}"), other)
            } else {
                at_least(random, &format!("{number}{unit}"), other)
            }
        }
        Aim::Rate => {
            let number = random.between(80, 99);
            if !plain && random.chance(0.08) {
                return Value::new(format!("{number}%～100%"), format!("{number}%{}100%", random.pick(&["～", "-", "~"])));
            }
            at_least(random, &format!("{number}%"), other)
        }
        Aim::Full => exactly(random, "100%", other),
        Aim::Growth => {
            let number = random.between(2, 30);
            at_least(random, &format!("{number}%"), other)
        }
        Aim::Ceiling(unit, most) => {
            let number = random.between(2, most);
            at_most(random, &format!("{number}{unit}"), other)
        }
        Aim::Zero(unit) => Value::same(format!("0{unit}")),
        Aim::Deadline => deadline(random, year, other),
        Aim::Length if plain => Value::same(format!("≤{}天", random.between(5, 360))),
        Aim::Length => Value::same(random.pick(&["1年", "12个月", "全年", "1年"])),
    }
}

fn at_least(random: &mut Random, value: &str, other: bool) -> Value {
    let printed = match if other { random.below(8) } else { 0 } {
        1 => format!(">={value}"),
        2 => format!("≧{value}"),
        3 => format!("不低于{value}"),
        4 => format!("不少于{value}"),
        5 => format!("至少{value}"),
        6 => format!("{value}以上"),
        7 => format!("大于等于{value}"),
        _ => format!("≥{value}"),
    };
    Value::new(format!("≥{value}"), printed)
}

fn at_most(random: &mut Random, value: &str, other: bool) -> Value {
    let printed = match if other { random.below(6) } else { 0 } {
        1 => format!("<={value}"),
        2 => format!("不高于{value}"),
        3 => format!("不超过{value}"),
        4 => format!("控制在{value}以内"),
        5 => format!("{value}以下"),
        _ => format!("≤{value}"),
    };
    Value::new(format!("≤{value}"), printed)
}

fn exactly(random: &mut Random, value: &str, other: bool) -> Value {
    let printed = match if other { random.below(3) } else { 0 } {
        1 => format!("＝{value}"),
        2 => format!("达到{value}"),
        _ => value.to_owned(),
    };
    Value::new(value, printed)
}

fn deadline(random: &mut Random, year: i32, other: bool) -> Value {
    let month = random.between(6, 12);
    let last = if [6, 9, 11].contains(&month) { 30 } else { 31 };
    let printed = match if other { random.below(4) } else { 0 } {
        1 => format!("{year}年{month}月底前"),
        2 => format!("{year}.{month}.{last}前"),
        3 => format!("{year}年{month}月{last}日前"),
        _ => format!("{year}-{month:02}-{last}前"),
    };
    Value::new(format!("{year}-{month:02}-{last}前"), printed)
}

/// Whether a careful reader would file a name under a level 2 by its words alone (DOMAIN.md §2, last paragraph).
pub fn speaks_for(level2: &str, name: &str) -> bool {
    let ends = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["满意"]) {
        return level2.contains("满意");
    }
    if has(&["及时", "期限", "时限", "底前", "完成时间"]) {
        return level2 == "时效指标";
    }
    match level2 {
        "数量指标" => ends(&["数量", "次数", "人数", "面积", "份数", "场次", "量"]),
        // Other rates stand under 数量指标 as well: the real form files 优秀率 there.
        "质量指标" => ends(&["合格率", "达标率", "准确率"]),
        "成本指标" => has(&["成本", "控制数"]) && !has(&["经济成本", "社会成本", "环境成本"]),
        "经济成本指标" => has(&["经济成本"]),
        "社会成本指标" => has(&["社会成本"]),
        "生态环境成本指标" => has(&["环境成本"]),
        "经济效益指标" => has(&["增收", "产值", "税收", "经济贡献"]),
        "社会效益指标" => has(&["知晓率", "就业"]),
        "生态效益指标" => has(&["排放", "能耗", "绿化", "生态修复"]),
        "可持续影响指标" => has(&["长效", "可持续", "持续"]),
        _ => false,
    }
}
