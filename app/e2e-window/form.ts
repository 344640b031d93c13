// A form of the length that the budgets speak of, and an office that types all of it.

export const ROWS = 127;
export const UNIT = 'xa-1';
/** Reports of forty documents: beside them the town's calendar, its units and the form. */
export const PERIODS = Array.from({ length: 37 }, (_, at) => `${2014 + Math.floor(at / 4)}-q${(at % 4) + 1}`);

export const FORM = `
id = "measured"
version = 1
title = "Báo cáo để đo"
subject = "Báo cáo {period}"

[period]
first_day = 15
last_day = 14
deadline_working_days = 2

[[unit_kind]]
id = "town"
label = "Thị xã"
level = "hub"

[[unit_kind]]
id = "commune"
label = "Xã, phường"
level = "commune"

[[appendix]]
id = "a"
form_number = "1"
title = "Số liệu"
section = "i"

[[section]]
id = "i"
number = "I"
title = "Nội dung"
reporters = ["commune"]
${Array.from({ length: ROWS }, (_, at) => `
[[indicator]]
id = "a.${at + 1}"
code = "${at + 1}."
label = "Số hồ sơ thủ tục hành chính của lĩnh vực thứ ${at + 1} đã giải quyết đúng hạn"
unit = "Hồ sơ"
type = "count"
reporters = ["commune"]
aggregation = "sum"
`).join('')}`;

export const TOWN = `
hub = "huong-tra"
holidays = []
${PERIODS.map((id) => `
[[period]]
id = "${id}"
template = "measured@1"
`).join('')}
[[unit]]
code = "huong-tra"
kind = "town"
name = "Ủy ban nhân dân thị xã Hương Trà"
short_name = "UBND thị xã"

[[unit]]
code = "${UNIT}"
kind = "commune"
name = "Ủy ban nhân dân xã Bình Thành"
short_name = "UBND xã Bình Thành"
`;
