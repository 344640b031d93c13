# What the program tells people. The keys are the codes of errors (see node/src/problem) or of the command
# line's own lines. Where a problem is (file, sheet, line, indicator) is put before the text by the program.

## Places in a file

place-sheet = sheet “{ $sheet }”
place-cell = cell { $cell }
place-line = line { $line }

## Values typed into a cell

value-above-hundred = { $value }% is more than 100%. Check the figure.
value-ambiguous = “{ $text }” can mean two things. If its “.” or “,” separates thousands, type { $first }; if it begins the decimals, type { $second }.
value-ambiguous-too-fine = “{ $text }” can mean { $first }, or a number with more than the { $allowed } decimals that this cell takes. If its “.” or “,” separates thousands, type { $first }; if it begins the decimals, round the number, then enter it.
value-derived = This cell is computed from other indicators and is never typed. Enter the indicators it is made of.
value-empty = There is no value. Enter a figure, or “kps” if nothing arose.
value-heading = This row is a heading and holds no figure. Enter the indicators below it.
value-negative = This indicator takes no negative number ({ $value }). Check the figure.
value-not-a-choice = “{ $text }” is not in the list of choices. Enter one of: { $choices }.
value-not-a-flag = “{ $text }” is neither yes nor no. Enter “yes” or “no”.
value-not-a-number = “{ $text }” is not a number. Use digits only, for example 1304 or 17,11; enter “kps” if nothing arose.
value-outside-authority = This indicator is not for this level of administration to report: { $reason }. No figure is needed.
value-reason-missing = There is no reason for “not applicable”. Type “kad: the reason”.
value-reason-not-plain = The reason “{ $text }” has line feeds or characters that cannot be kept. Write it on one line.
value-reason-too-long = The reason has { $chars } characters; at most { $limit } are allowed. Shorten it.
value-too-large = The number “{ $text }” is too large or has too many decimals to be kept exactly. Check it.
value-too-long = The text is too long ({ $bytes } bytes). Enter only the cell's value; explanations belong in the note.
value-too-many-decimals = { $value } has more than { $allowed } decimals. Nothing is rounded for you: round the figure, then enter it.
value-wrong-kind = The kind of value does not fit: this indicator takes { $expected ->
        [choice] a choice from the list
        [flag] yes or no
       *[number] a number
    }, and was given { $found ->
        [choice] a choice
        [flag] yes or no
        [not-applicable] not applicable
        [nothing-arose] nothing arose
       *[number] a number
    }. Enter it again.

value-decode-choice = A value kept in the report cannot be read (a choice). Enter this cell again.
value-decode-flag = A value kept in the report cannot be read (yes or no). Enter this cell again.
value-decode-nothing-arose = A value kept in the report cannot be read (nothing arose). Enter this cell again.
value-decode-number = A value kept in the report cannot be read (a number). Enter this cell again.
value-decode-reason = A value kept in the report cannot be read (a reason for not applicable). Enter this cell again.
value-decode-unknown-form = A value kept in the report cannot be read. Enter this cell again, or update the program if another node runs a newer one.

## Indicators, sections, units, periods

date-invalid = “{ $text }” is not a date. Write year-month-day, for example 2023-03-14.
id-invalid = “{ $text }” is not { $kind ->
        [appendix-id] an appendix's id
        [document-id] a document's id
        [indicator-id] an indicator's id
        [period] a period (like 2023-q1, 2023-6m, 2023-9m, 2023-y)
        [section-id] a section's id
        [template-reference] a template with its version (like cchc-quarterly@1)
        [unit-code] a unit's code
        [unit-kind] a kind of unit
       *[other] a valid id
    }. Ids have small letters, digits and . - _ only; check it.
indicator-not-typed = Indicator { $indicator } is a heading or computed, and is never typed. Enter the indicators it is made of.
indicator-not-yours = Indicator { $indicator } is not reported by this unit (it is reported by: { $reporters }). Check the id.
indicator-unknown = The template has no indicator “{ $indicator }”. Check the id; “hopluu get PERIOD” lists the unit's indicators.
note-too-long = The note has { $chars } characters; at most { $limit } are allowed. Shorten it.
period-beyond-calendar = The deadline of period { $period } cannot be computed: the year is too large. Check the period.
period-locked = Period { $period } is closed: { $reason }. If something must be corrected, ask the hub to open it.
period-no-such-day = The template's period rule names a day that does not exist ({ $day }/{ $month }/{ $year }) for period { $period }. The administrator has to correct the template.
period-unknown = There is no period { $period }. The periods are: { $known }.
section-not-yours = This unit does not write for section { $section }. Check the section's id.
section-unknown = The outline has no section { $section }. Check the id; it looks like ii.2.c.
text-too-long = The text has { $bytes } bytes; at most { $limit } are allowed in a section. Shorten it.
unit-not-yours = This node may not see the report of unit { $unit }. Only the hub sees other units' reports.
unit-unknown = The roster has no unit with the code { $unit }. Check the code.

## Nodes, the hub, sync

already-a-member = This node already belongs to unit { $unit }. To join as another unit, use another data directory (--data).
hub-only = This can only be done at the hub. Ask the hub's operator.
internal = The program made a mistake. Try again; if it happens again, send the program's log to technical support.
no-node = There is no node in { $path }. Run “hopluu init” or “hopluu join”, or name the right directory with --data.
node-stopping = The node is stopping and takes no more requests. Start the program again, then try again.
not-a-member = This node does not belong to a unit yet. Run “hopluu join” with an invitation from the hub.
not-arrived = This has not arrived at this node yet ({ $doc }). Sync with the hub (“hopluu sync”), then try again.
sync-at-hub = This node is the hub, or has no hub yet, so there is nothing to sync with. At the hub, run “hopluu serve” so that offices can connect.
serve-failed = The local interface cannot be opened on this machine: { $what }. Check the firewall, then start again.
data-dir-unusable = The data directory { $path } cannot be used: { $what }. Check that it may be written, or choose another with --data.

demo-dir-used = { $path } is not empty. Choose an empty directory for --keep.
file-unreadable = The file cannot be read: { $what }. Check its name and who may read it.
listen-address = “{ $address }” is not an address to listen at. Write an IP address and a port, for example 0.0.0.0:4433.
no-data-dir = This system has no home directory to keep data in. Name a directory with --data.
node-exists = { $path } already holds a node. Use that node, or choose another directory with --data.
out-unwritable = { $path } cannot be written: { $what }. Check who may write there and that the disk is not full, or choose another place with --out.
request-refused = The running node does not understand the request: { $what }. Use one version of the program for “hopluu serve” and for this command.
serve-unreachable = The node that runs on this machine does not answer: { $what }. Stop “hopluu serve” and start it again.
sync-incomplete = Not in sync yet; changes that the hub has not acknowledged: { $count }. They are safe on this machine; sync again.

key-file-damaged = The key file { $path } is damaged. Restore it from a backup; without one, move it away and ask for a new invitation.
key-file-no-randomness = The operating system gives no random numbers to make a key: { $what }. Restart the machine, then try again.
key-file-unreadable = The key file { $path } cannot be read: { $what }. Check who may read it.
key-file-unwritable = The key file { $path } cannot be written: { $what }. Check who may write it, and that the disk is not full.

store-damaged = The node's store is damaged: { $what }. Do not delete it. The program moves it aside, reads out what is intact and gets the rest from the hub; do it again in a moment. If this is said again, start the program again.
store-format-newer = The store has format { $found }, newer than format { $known } that this program reads. Update the program.
store-full = The disk is full; nothing was saved. Free some space, then do it again.
store-in-use = The store is in use by another process. End that process, or choose another directory with --data.
store-io = The store cannot be read or written: { $what }. Check the disk and who may write the data directory.
store-lies-aside = A damaged store lies in { $path }. What it held was read out as far as possible, and the rest comes from the hub at a sync. Delete it only when technical support has agreed.
store-poisoned = An earlier write failed ({ $what }), so the store is closed. It is opened again with the next request; if this is said again, check the disk.
store-read-only = The store may only be read: { $what }. Make the data directory writable, then do it again.
store-read-out = { $changes } changes were read out of { $path }; { $waiting } more wait for what the hub sends. Sync now.
store-refused = The store refuses a write that contradicts what it holds: { $what }. This is a mistake of the program; tell technical support.
store-set-aside = The node's store was damaged. It was moved to { $path } and a new one was made; nothing was deleted. What was not yet at the hub may be in there.
store-unreadable = The damaged store in { $path } cannot be read: { $what }. What the hub has comes back at the next sync.
replica-unusable = An earlier save failed ({ $what }). Do it again; what was reported as saved is still there.

address-malformed = “{ $address }” is not an address. Write host:port, for example hub.example.vn:4433.
invite-no-address = It is not known at which address offices find the hub. Add --address HOST:PORT.
listen-bind = Connections cannot be taken at { $address }: { $what }. Another program may use the port; choose another with --listen.
listen-setup = Encrypted connections cannot be set up: { $what }. Tell technical support.
listen-tcp = Only UDP connections are taken at { $address }, not TCP: { $what }. Offices whose network blocks UDP cannot connect; free this TCP port, or choose another port with --listen.

dial-cut = The connection to { $address } was cut while it was being made. What was saved is still on this machine; try again when the line is stable.
dial-no-address = The hub's address is not known. Ask for a new invitation and run “hopluu join”.
dial-no-answer = No answer from { $address }, neither over UDP nor over TCP: the hub is off, or the network blocks the connection. What was saved is still on this machine; try again later, or ask whoever runs the network.
dial-no-socket = This machine cannot open a network connection: { $what }. Check the network and the firewall.
dial-not-a-hub = At { $address } there is no hub of a fitting version: { $what }. Check the address, or update the program.
dial-not-listening = Nobody takes connections at { $address }: the hub is off, or the port is wrong. What was saved is still on this machine; try again later, or ask the hub's operator.
dial-refused = The hub at { $address } has too much to do. Try again in a few minutes.
dial-unreachable = There is no way through the network to { $address }: { $what }. What was saved is still on this machine; check the network, then try again.
dial-unresolved = The host of { $address } was not found: the name is wrong or this machine has no network ({ $what }). Check the network, then try again.
dial-wrong-key = What answers at { $address } is not this node's hub: its key is { $found }, the hub's is { $expected }. Do not go on; call the hub to compare the keys, and ask for a new invitation if the hub has a new key.

connection-closed-busy = The hub has too much to do and closed the connection. Try again in a few minutes.
connection-closed-by-peer = The other side closed the connection: { $what }. Try again.
connection-closed-done = The other side ended the connection before everything was in sync. Sync again.
connection-closed-here = The connection was closed from this machine. Sync again.
connection-closed-leaving = The hub is stopping. Try again later.
connection-closed-refused = The hub refuses this node. Ask the hub's operator to check the invitation and the node's key.
connection-cut = The connection to the hub was cut. What was saved is still on this machine; sync again when there is a network.
connection-frame-too-long = The other side sent more than is allowed ({ $announced } bytes), so the connection was closed. Tell technical support.
connection-malformed = The other side does not keep to the protocol: { $what }. Update the program on both sides.
send-frame-too-long = A packet is too large to be sent. Tell technical support.

refused-invitation-expired = The invitation has expired. Ask the hub for a new one.
refused-invitation-unknown = The hub does not know this invitation, or has withdrawn it. Ask for a new one.
refused-invitation-used = The invitation was used by another node. Each is for one node; ask for a new one.
refused-key-revoked = This node's key was revoked. Ask the hub.
refused-key-unknown = The hub does not know this node's key. Ask for an invitation and run “hopluu join”.
refused-version = The hub speaks protocol versions { $min } to { $max }; this node speaks none of them. Update the program.

## Invitations

groups-character = “{ $character }” in group { $group } is not one of the characters in use
groups-cut-off = its end is missing, there are { $found } of { $expected } groups
groups-mistyped = group { $group } is mistyped
groups-padding = the last group is mistyped
groups-too-long = there is more after its { $expected } groups
invitation-checksum = The invitation is mistyped in several places. Copy all of it again.
invitation-content = The invitation was not made by this program. Ask the hub for a new one.
invitation-cut-off = The end of the invitation is missing: there are { $found } of { $expected } groups. Copy all of it again.
invitation-expired = The invitation has expired. Make a new one.
invitation-mistyped = The invitation is mistyped: { $slip ->
        [groups-character] { groups-character }
        [groups-cut-off] { groups-cut-off }
        [groups-mistyped] { groups-mistyped }
        [groups-too-long] { groups-too-long }
       *[groups-padding] { groups-padding }
    }. Compare it and enter it again.
invitation-newer = The invitation has version { $found }, newer than this program reads. Update the program.
invitation-not-one = This is not an invitation. Invitations begin with HOPLUU1-; copy all of it again.
invitation-record-damaged = An invitation kept at the hub cannot be read. Make a new one.
invitation-selector-taken = The new invitation's code is too much like another's. Run the command again.
invitation-too-many-attempts = Wrong codes were tried too often, so the invitation is void. Make a new one.
invitation-unknown = There is no invitation with this code. Check it, or make a new one.
invitation-unwritable = The invitation cannot be made: it takes 1 to 4 addresses of the hub, and a short name of the hub's unit that fits on one line. Check --address and the roster.
invitation-used = The invitation was used by another node. Make a new one.

## Importing files

file-too-large = The file is larger than { $limit }. Nothing was imported. Check that it is the right one; if it is, remove pictures and sheets that are not needed and save it again.
import-after-quote = Something follows a closing quote: “{ $text }”. The quote that opens in line { $opened } may close in the wrong place, so it is not sure which cell the lines between belong to. Mend the quotes in the file.
import-blank-kept = The file's cell is empty, so { $value } stays. To clear it, import again with --clear-blank.
import-computed = This indicator is computed, so it is not taken from the file. The file has { $text }, here it is { $here ->
        [none] not yet known
       *[other] { $here }
    }. Compare the indicators it is made of.
import-damaged = The file is damaged: its content does not agree with its checksum, or it is cut off. Nothing was imported. Copy or download it again, or open it in the program that made it and save it again.
import-date = The cell holds a day or time ({ $text }), which is no figure. Excel often makes dates of what was typed. Set the cell's format to Number and enter the number again.
import-duplicate = This indicator stands in the file twice{ $line ->
        [none] {""}
       *[other] {" "}(first in line { $line }{ $sheet ->
            [none] {""}
           *[other] {" "}of sheet “{ $sheet }”
        })
    }. Keep one row.
import-empty = The file has no figures. Check that it is the right one.
import-error-value = The cell's formula gives the error { $text }, no figure. Mend the formula or enter a number.
import-format = “{ $file }” cannot be imported: its format is not known. Use a file that ends in .xlsx, .xlsb, .xls, .ods, .csv or .json, or say what it is with --format.
import-formula-no-result = The cell has a formula, but the file does not hold its result (a program wrote the file and nothing has computed it yet). Open it in Excel or LibreOffice, save it, then import it.
import-formula-stale = The cell has a formula that is to be computed anew when the file is opened, so the stored result may not be what the screen shows. Open it in Excel or LibreOffice, save it, then import it.
import-hidden-column = The column of figures is hidden, so { $text ->
        [none] this row
       *[other] the value { $text }
    } was not imported. To import it, show the column and save the file.
import-hidden-ids = The column of ids is hidden. Figures are imported by the ids in it all the same; compare the list of changes.
import-hidden-row = This row is hidden, so { $text ->
        [none] it
       *[other] its value { $text }
    } was not imported. To import it, show the row (or remove the filter) and save the file.
import-hidden-sheet = This sheet is hidden, so { $text ->
        [none] this row
       *[other] the value { $text }
    } was not imported. To import it, show the sheet and save the file.
import-logical = The cell holds { $text }, a value of logic and no figure. Enter a number; to a question, enter “yes” or “no”.
import-masked = The cell holds { $held }, but the screen shows only “{ $text }”, so it is not sure what is reported. Enter what is meant: the number { $held }, or “kps” if nothing arose.
import-merged = The cells { $area } are merged into one, so it is not sure which row the value is for. Split them and enter a value in each row.
import-merged-heading = The heading is merged over several columns ({ $area }), so it is not sure which of them has the figures. Split it and leave the heading over one column.
import-more-fields = This line has { $fields } fields, the headings have { $headings }: “{ $text }”. The comma of a number may have been taken for a separator. Put the number in quotes, or save the file with semicolons.
import-no-columns = There is no table of figures: none of the first 40 rows has both headings, Mã and Số liệu (or id and value){ $headings ->
        [none] {""}
       *[other] {" "}(found: { $headings })
    }. Mend the headings, or use a file that “hopluu report” wrote.
import-no-id = There is a value { $text }, but no id{ $label ->
        [none] {""}
       *[other] {" "}(“{ $label }”)
    }, so it was not imported.
import-not-a-figure = The cell holds “{ $text }”, which is not a figure. Enter a number, or a text as you would type it.
import-not-utf8 = This text file is in an old encoding (not Unicode), so that Vietnamese letters cannot be read for sure. Save it from Excel again as “CSV UTF-8” or “Unicode Text”.
import-open-quote = The quote that opens here is never closed: “{ $text }”. It is not sure which cell the lines after it belong to. Close or remove the quote.
import-other-kind = This is no workbook that can be imported: { $kind ->
        [archive] it is an archive. Unpack it and choose the workbook within.
        [document] it is another kind of Office document. Choose the Excel file.
        [numbers] it is a file of Apple Numbers. Export it to Excel (.xlsx).
        [old-excel] it is a file of Excel 95 or older. Open it in Excel or LibreOffice and save it as .xlsx.
        [pdf] it is a PDF. Choose the Excel file that it was made of.
        [text] it is a text file. If it is CSV, let its name end in .csv or say --format csv.
        [web-page] it is a web page with the name of a workbook (many programs export such). Open it in Excel and save it as .xlsx.
        [xml] it is an XML file. Open it in Excel and save it as .xlsx.
        [xml-spreadsheet] it is an “XML Spreadsheet 2003”. Open it in Excel and save it as .xlsx.
       *[other] what it is cannot be told. Check that it is the right one.
    }
import-other-measure = The cell shows “{ $text }”, but this indicator is measured in “{ $unit }”. Nothing is converted for you; enter the number in the indicator's unit.
import-other-period = This file holds the figures of { $found }, not of { $wanted }. Nothing was imported. Choose the right file or the right period.
import-other-template = This file follows the template { $found }, but the period uses { $wanted }. Nothing was imported. Export the file again with the template that is used now.
import-other-unit = This file holds the figures of { $found }, not of { $wanted }. Nothing was imported. Choose your unit's own file.
import-password = The file is protected by a password and cannot be read. Open it in Excel, remove the password (File, Info, Protect Workbook, Encrypt with Password), save it, then import it.
import-quoted-row = A quote that opens by mistake took the row of indicator { $indicator } into a note. Mend the quotes in the file.
import-rounded = The cell shows { $text }, the file holds { $held }. What the screen shows was taken.
import-split-number = “{ $text }” may be one number that a comma cut into two fields. Put the number in quotes, or save the file with semicolons.
import-syntax = The file is not well-formed: { $why }. Nothing was imported. Open it in the program that made it and save it again.
import-too-many-rows = The file has more than { $limit } rows with ids. Check that it is the right one.
import-two-cells = Cell { $cell } stands in the file twice, or out of order. Open the file in Excel or LibreOffice and save it again.
import-two-headings = Two headings mean the same: “{ $first }” (column { $first-column }) and “{ $second }” (column { $second-column }), so it is not sure which column counts. Rename or remove one.
import-two-keys = The key “{ $key }” stands twice (first in line { $line }). Keep one.
import-two-names = The file says two things of itself: “{ $first }”{ $line ->
        [none] {""}
       *[other] {" "}(line { $line }{ $sheet ->
            [none] {""}
           *[other] {" "}of sheet “{ $sheet }”
        })
    } and “{ $second }”. Check which period and unit it is of.
import-two-parts = The archive within the workbook has two parts of one name or place, so it is not sure which one counts. Nothing was imported. Open the file in Excel or LibreOffice and save it again.
import-unknown-format = The cell holds { $held } with the number format “{ $format }”, which is not read here, so it is not sure what the screen shows. Set the cell's format to General or Number.
import-unpacks-too-large = Unpacked, the file takes more than { $limit } and is not read. Remove rows, columns and sheets that are not needed and save it again.
import-unread-id = There is an id, but in no table with the headings Mã and Số liệu, so it was not imported. Mend the headings of this table if it is to be imported.
import-unseen = The cell holds { $held } but shows nothing, so it counts as empty and was not imported. Enter { $held }, or “kps” if nothing arose, in a format that shows it.
problems-more = and { $count } more problems. Mend those above, then import again.
number-not-exact = The number { $text } cannot be kept exactly. Use fewer decimals in the file.

## Submissions

not-submitted = Unit { $unit } has submitted nothing for this period. Wait until it does.
submit-conflict = This cell holds several values, entered by several people. See “hopluu conflicts PERIOD” and choose one before submitting.
submit-missing = “{ $label }” has no figure. Enter it, or “kps” if nothing arose.
submit-unreadable = This cell cannot be read. Enter it again before submitting.
submission-digest = The figures of { $doc } at the submission are not those that were signed. It does not count; the unit has to submit again.
submission-document = { $doc } cannot be read as it was submitted: { $what }. The unit has to submit again.
submission-revoked-key = The submission is signed with a revoked key ({ $key }). The unit has to submit again from a node in good standing.
submission-signature = The signature on the submission of { $doc } is wrong. The unit has to submit again.
submission-signer = The submission of { $doc } is signed with key { $key }, which is not this unit's. The unit has to submit again from a node of its own.
submission-template = The submission of { $doc } names another template than the report follows. The unit has to sync and submit again.
submission-unreadable = The report { $doc } holds cells that cannot be read: { $cells }. The unit has to enter them again and submit again.
submission-wrong-document = A submission of { $stated } lies in { $found } and does not count. The unit has to submit again.
signature-mismatch = The signature does not fit the key and the content. Do it again from the node that signed.
signature-unsound-key = The key is not a node's key. Check the node's key.

## Consolidation

disagreement = The units differ on this indicator ({ $said }), so it has no value. They have to agree and submit again.
division-by-zero = This indicator divides { $dividend } by 0 and cannot be computed. Check the indicators it is made of.
missing-cells = Unit { $unit } left out { $count } cells ({ $cells }), so the figures made of them are incomplete. The unit has to add them and submit again.
no-contribution = Unit { $unit } has no accepted submission, so figures are incomplete. Remind the unit.
no-reporter = The roster has no unit of a kind that reports this indicator. Check the kinds of the units.
overflow = The result is too large to be computed exactly. Check the units' figures.
several-contributions = Unit { $unit } was consolidated with more than one submission, so none counts. Tell technical support.
several-reporters = This indicator is one unit's to report, and the roster has several of that kind: { $units }. Correct the roster.
unexpected-cell = Unit { $unit } entered an indicator that it does not report; the figure is not counted.
unexpected-operator-text = The text for section { $section } was left out: the template has no such section. Move it to another one.
unexpected-text = Unit { $unit } wrote for section { $section }, which is not its own; the text was left out.
unexpected-unit = Unit { $unit } does not report here in this period; its figures are not counted. Check the roster.
unusable-formula = This indicator's formula cannot be computed. The administrator has to correct the template.
unusable-override = The hub's own value for this indicator does not fit the template and was left out. Enter it again.
wrong-type = Unit { $unit } gave a value of the wrong kind ({ $value }); the indicator counts as not reported. The unit has to enter it again and submit again.

## Writing reports

paper-number-missing = Cell { $indicator } holds no number though it says so. This is a mistake of the program; tell technical support.
paper-other-template = The report follows template { $report }, not { $given }. Sync to get the right template.
paper-unknown-unit = The roster has no unit { $unit }, so there is no letterhead. Sync, or check the roster.
render-docx = The Word file cannot be made: { $what }. Try again, or write another format.
render-pdf = The PDF cannot be made: { $what }. Try again, or write another format.
render-xlsx = The Excel file cannot be made: { $what }. Try again, or write another format.

## The town file

town-duplicate-period = Period { $period } is there twice. Remove one.
town-duplicate-unit = Unit { $unit } is there twice. Remove one.
town-syntax = The file is not valid TOML: { $why }. Correct this line; see docs/town-file.md.
town-unknown-kind = The kind “{ $kind }” of unit { $unit } is not in the template. Use one that is.
town-unknown-template = Period { $period } follows template { $template }, which is not here. Name its file with --template.
town-unknown-unit = There is no unit with the code { $unit }. Add it, or correct the code.

## Templates

template-aggregation-does-not-fit = The aggregation “{ $aggregation }” makes no sense for the type “{ $type }”. Choose another.
template-bad-choice = “{ $text }” is not a choice. Write it like “1=Hoàn thành”.
template-bad-formula = The formula is wrong at character { $column }: { $slip ->
        [formula-bad-id] { formula-bad-id }
        [formula-bad-number] { formula-bad-number }
        [formula-kind-expected] { formula-kind-expected }
        [formula-operator-expected] { formula-operator-expected }
        [formula-parenthesis-open] { formula-parenthesis-open }
        [formula-too-deep] { formula-too-deep }
        [formula-too-long] { formula-too-long }
        [formula-unknown-character] { formula-unknown-character }
        [formula-unknown-function] { formula-unknown-function }
       *[formula-operand-expected] { formula-operand-expected }
    }. Correct the formula.
template-bad-id = Field { $field }: “{ $text }” is not an id. Ids have small letters, digits and . - _, at most 64 characters.
template-bad-sentence = The sentence is wrong at character { $column }: { $slip ->
        [sentence-bad-id] { sentence-bad-id }
        [sentence-not-closed] { sentence-not-closed }
       *[sentence-not-opened] { sentence-not-opened }
    }. Correct the sentence.
template-bad-word = Field { $field } cannot be “{ $text }”. Use one of: { $allowed }.
template-before-parent = This row stands before “{ $parent }”, which it is part of. Move it below.
template-bound-subject = The subject can show {"{"}period{"}"} only, not “{ $text }”. Remove it.
template-control-character = Field { $field } has line feeds or control characters. Write it on one line.
template-cycle = The formulas need each other in a circle: { $cells }. Correct one of them.
template-duplicate-choice = The choice “{ $text }” has the number or the label of another. Remove one.
template-duplicate-id = This id stands already in line { $first_line }. Use another.
template-empty = Field { $field } is empty. Fill it in or remove it.
template-field-not-allowed = Field { $field } has no meaning for { $here ->
        [amount-of-money] an amount of money
        [auxiliary-figure] an auxiliary figure
        [choice] a choice
        [count] a count
        [decimal] a decimal
        [derived-cell] a derived cell
        [fact] a fact
        [flag] a flag
        [heading] a heading
        [percentage] a percentage
        [row-of-an-appendix] a row of an appendix
        [row-outside-this-levels-authority] a row outside this level's authority
       *[other] this row
    }. Remove it.
template-formula-does-not-fit = A formula makes a number, not a “{ $type }”. Remove the formula or change the type.
template-formula-names-choice = The formula uses { $id }, which is a choice and not a number. Use another indicator.
template-formula-names-heading = The formula uses { $id }, which is a heading without a figure. Use another indicator.
template-id-means-something-else = An indicator cannot be called “{ $id }”: ids begin with a letter and are none of the reserved words (unit, period). Use another id.
template-missing = Field { $field } is missing. Add it.
template-no-appendix-in-id = A row's id begins with its appendix and a point, like pl4.3.1. Correct the id.
template-nobody-reports = It is not said who reports this indicator. Give one of the fields reporters, formula, outside_authority.
template-out-of-range = Field { $field } must be from { $least } to { $most }. Correct it.
template-parent-elsewhere = The parent { $parent } is not in the same appendix. Correct it.
template-repeated-code = The printed code “{ $code }” stands already in line { $first_line } of this appendix. This is only a warning; compare with the official form.
template-repeated-kind = Field { $field } names the kind of unit “{ $id }” twice. Remove one.
template-sentence-names-heading = A sentence shows { $id }, which is a heading without a figure. Use another indicator.
template-source-too-long = The template has { $bytes } bytes; at most { $most } are allowed. Check that it is the right file.
template-syntax = The file is not valid TOML at character { $column }: { $what }. Correct this line.
template-too-long = Field { $field } has { $chars } characters; at most { $most } are allowed. Shorten it.
template-too-many = There are { $count } of { $field }; at most { $most } are allowed. Remove some.
template-too-many-problems = There are more problems than are listed. Correct those above and check again.
template-unknown-appendix = There is no appendix “{ $id }”. Add it, or correct the id.
template-unknown-cell = Field { $field } names “{ $id }”, and there is no such cell. Correct the id.
template-unknown-field = There is no field “{ $field }” here. Check its spelling or remove it.
template-unknown-kind = There is no kind of unit “{ $id }”. Add it, or correct the id.
template-unknown-parent = There is no “{ $parent }” that this row could be part of. Correct the id.
template-unknown-section = There is no section “{ $id }”. Add it, or correct the id.
template-unreadable-choice = The label of the choice “{ $text }” would be read as a number or as nothing arose. Use another label.
template-wrong-type = Field { $field } must be { $expected ->
        [list-of-tables] a list of tables, each under its own header in double brackets
        [list-of-texts] a list of texts
        [table] a table
        [text] a text in quotation marks
        [true-or-false] true or false
        [whole-number] a whole number
       *[other] of another type
    }. Correct it.

formula-bad-id = “{ $text }” is not an indicator's id
formula-bad-number = “{ $text }” is not a number
formula-kind-expected = units(…) needs the name of a kind of unit
formula-operand-expected = a number, an indicator's id or a parenthesis is needed
formula-operator-expected = one of + - * / is needed
formula-parenthesis-open = the parenthesis is never closed
formula-too-deep = the formula is more than { $most } deep
formula-too-long = the formula has { $bytes } bytes; at most { $most } are allowed
formula-unknown-character = “{ $character }” has no meaning in a formula
formula-unknown-function = there is no function “{ $name }”, only units
sentence-bad-id = “{ $text }” within the braces is not an indicator's id
sentence-not-closed = the brace is never closed (to print one, write it twice)
sentence-not-opened = a brace is closed and was never opened (to print one, write it twice)

## Documents and what nodes send each other (for technical support)

change-dependency-unknown = Document { $doc } lacks earlier changes. Sync again.
change-out-of-sequence = Document { $doc } has two changes with one number: a node runs from a copy of a store. Keep only one of the two and tell technical support.
change-rejected = Document { $doc } does not take the changes: { $what }. Tell technical support.
change-too-large = The change of { $doc } is too large ({ $bytes } bytes, at most { $limit }). Split the content and save it in parts.
change-too-much = The change of { $doc } holds too much ({ $found }, at most { $limit }). Split the content and save it in parts.
document-damaged = Document { $doc } is damaged: { $what }. The program reads out what is intact and gets the rest from the hub; do it again in a moment. If this is said again, start the program again.
document-engine = A document cannot be read or written: { $what }. Tell technical support.
document-full = Document { $doc } is full: it has been changed hundreds of times as often as in an ordinary quarter, so nothing more can be saved in it. What is in it stays. Tell the hub and technical support; look for a program that writes to it over and over.
document-missing-change = The document lacks changes ({ $what }). Sync, then try again.
document-missing-field = The document has no “{ $field }”. Sync with the hub; if it is still missing, tell technical support.
document-record = A record in the document cannot be read: { $what }. Update the program; if that does not help, tell technical support.
document-template = The template kept in the document is not valid: { $what }. Update the program.
document-unknown = There is no document { $doc } yet. Sync with the hub, then try again.

access-author-of-other-unit = A change of { $doc } is refused: its author (key { $key }) stands in unit { $unit }, which may not write it.
access-author-unknown = A change of { $doc } is refused: the key { $key } is not enrolled. Sync the roster.
access-key-revoked = The key { $key } was revoked and may not connect.
access-key-unknown = The key { $key } is not enrolled. Invite the node.
access-not-a-peer = Node { $key } of unit { $unit } is not this node's hub; offices do not sync with each other.
access-not-sealed-by-hub = What was handed back of { $doc } is refused: the key { $key }, which sealed it, does not speak for the hub.
access-out-of-scope = Document { $doc } is not shared with node { $key }.
access-wrong-writer = Node { $key } of unit { $unit } may not write { $doc }; the changes were refused and nothing of them is stored.

gate-author-missing = Change { $change } does not say whose it is, and is refused.
gate-automerge = Changes that arrived cannot be read and are refused: { $what }.
gate-forked = Change { $change } has number { $seq }, like another change of the same process: a node runs from a copy of a store. Find that node and stop it.
gate-full = The document holds as much as a document may; what arrived for it is refused.
gate-hash-mismatch = The changes that arrived are not those that were announced, and are refused.
gate-missing-dependency = Change { $change } arrived before changes that it needs; the next sync brings them.
gate-not-sealed = Change { $change } was handed back, but the hub's seal does not cover it; nothing of it was taken.
gate-operations = Change { $change } has impossible operations and is refused: { $what }.
gate-quarantined = The document was refused before on this connection. Connect again when the sending node is repaired.
gate-unfollowed = Changes arrived that follow refused ones; they are asked for again.

protocol-too-many = The other side sent too many ({ $what }), so the connection was closed. Update the program on both sides.
protocol-unexpected = The other side sent { $frame } out of turn, so the connection was closed. Update the program on both sides.
wire-invalid = What arrived is not valid: { $what }. Update the program on both sides.
wire-too-much = What arrived is over a limit: { $what } is { $found }, at most { $limit }. Update the program on both sides.
wire-trailing = What arrived has { $extra } bytes after { $what }. Update the program on both sides.
wire-truncated = What arrived is cut short: { $what }. Sync again.
wire-unknown = What arrived has { $what } = { $value }, which this version does not know. Update the program.
wire-varint = What arrived has a badly written number: { $what }. Update the program on both sides.

## Results of the command line

cli-saved = Saved { $id } = { $value } on this machine.
cli-cleared = Cleared { $id } on this machine.
cli-in-sync = In sync with the hub ({ $sent } bytes sent, { $received } bytes received).
cli-synced-over = The connection went over { $way }.
cli-invited = An invitation for one node of unit { $unit }, for one use, until { $expires }. At the office's machine run “hopluu join” with it:
cli-node-made = Made a node in { $path }. Its key: { $key }. To join, run “hopluu join” with an invitation from the hub.
cli-hub-made = Made the hub of unit { $unit }. Its key: { $key }. Next: “hopluu serve” lets offices connect, “hopluu invite” invites each of them.
cli-joined = This node has joined as unit { $unit }.
cli-submitted = Signed and submitted the report: submission { $id }, { $time }. It goes to the hub with the next sync.
cli-optional-missing = Optional cells that were left empty: { $cells }.
cli-import-change = { $id }: { $before } → { $after }{ $found ->
        [none] {""}
       *[other] {" "}(in the file: “{ $found }”)
    }
cli-import-more = and { $count } more values without an id, which were not imported.
cli-import-note = { $id }, note: { $before } → { $after }
cli-import-planned = A trial, nothing was written. Cells that would change: { $changed }, unchanged: { $unchanged }; left out: { $left-out }.
cli-imported = Imported. Cells changed: { $changed }, unchanged: { $unchanged }; left out: { $left-out }.
cli-standard-input = standard input
cli-joining = Joining
cli-syncing = Syncing with the hub
cli-rendering = Writing the report
cli-written = Wrote { $file }
cli-no-conflicts = No cell holds several values.
cli-conflict = { $id } – { $label }: holds several values. Choose the right one with “hopluu set”:
cli-entry = { $value } – { $person }, on { $node }, { $time }
cli-empty-value = (empty)
cli-serving = The node is running; its local interface is at { $address }. Press Ctrl-C to stop it.
cli-listening = Taking connections from offices at { $address }.
cli-connected = Connected to the hub over { $way }.
cli-not-joined = This node does not belong to a unit yet. Run “hopluu join” with an invitation from the hub.
cli-status-unit = Unit: { $name } ({ $unit })
cli-status-hub = This node is the hub.
cli-status-node = The node's key: { $key }
cli-status-period = Period { $name }, deadline { $deadline }
cli-status-filled = Cells filled: { $filled } of { $cells }
cli-status-conflicts = Cells with several values: { $count }
cli-status-submission = { $unit }: { $standing }, { $time }
cli-status-unsubmitted = { $unit }: not submitted
cli-way-quic = QUIC (UDP)
cli-way-tcp = TLS/TCP (the network does not let UDP through)
cli-standing-accepted = accepted
cli-standing-received = received by the hub
cli-standing-returned = returned
cli-standing-unreceived = signed, not yet received by the hub
cli-unacknowledged = Changes that are not at the hub yet: { $count }
cli-all-at-hub = All changes are stored at the hub.
cli-template-ok = Template { $reference } is valid. Indicators: { $indicators }, facts: { $facts }, warnings: { $warnings }.
cli-incomplete = Incomplete figures in the report: { $count }
cli-demo-town = The hub and { $units } units stand on this machine, each a node with its own key and store.
cli-demo-offline = Cut off, and typing on: { $units }.
cli-demo-figures = { $units } units enter figures and texts
cli-demo-sync = The lines are back: every figure is at the hub.
cli-demo-conflict = { $unit }: two machines set { $cell } differently ({ $values }). Both values stand until someone chooses.
cli-demo-kept = The nodes' data is kept in { $path }; try other commands on it with --data.
cli-demo-done = Done in { $seconds } s.

## Help of the command line

help = Offline-first reporting: every office keeps its report, the town's hub joins them into one.
help-data = The node's data directory [default: the platform's]
help-json = Print data as JSON
help-lang = Language of messages [default: by locale]
help-person = Your name, as the history of each cell shows it [default: the system's user name]
help-demo = Run a whole town on this machine and write its consolidated report
help-demo-out = Where to write the report
help-demo-keep = Leave the town on disk, one data directory a node
help-init = Make a new node in the data directory
help-init-hub = Make it a hub
help-init-town = The town's units and calendar (see docs/town-file.md)
help-init-template = The template file, when it is not the built-in one
help-init-name = Name of this machine, for people
help-invite = Invite a node of a unit (at the hub)
help-invite-unit = The unit's code
help-invite-address = Addresses at which the node will find the hub [default: where the hub listens]
help-invite-hours = Hours until the invitation expires
help-join = Join a town with an invitation
help-join-invitation = The invitation, as the hub's operator gave it
help-join-name = Name of this machine, for people
help-serve = Run the node: sync whenever the line allows, and answer commands
help-serve-listen = Listen for other nodes (a hub listens on 0.0.0.0:4433 by default)
help-sync = Sync once with the hub
help-status = Where this node stands: its unit, its hub, what is not yet there
help-set = Set a cell: a number, a choice, “kps” for nothing arose, “kad: reason” for not applicable
help-set-period = The period, e.g. 2023-q1
help-set-indicator = The indicator's id, e.g. pl4.3.1.1
help-set-value = The value; an empty one clears the cell
help-set-note = A note for the Ghi chú column
help-get = Show one cell, or all
help-get-period = The period
help-get-indicator = The indicator's id
help-history = Every value that a cell ever had, by whom and when
help-history-period = The period
help-history-indicator = The indicator's id
help-conflicts = Cells that people set apart from each other
help-conflicts-period = The period
help-text = Show a section's text, or set it from a file (“-”: standard input)
help-text-period = The period
help-text-section = The section's id, e.g. ii.2.c
help-text-file = The file with the new text
help-import = Import cells from a file: Excel (XLSX, XLSB, XLS), LibreOffice (ODS), CSV or JSON
help-import-period = The period
help-import-file = The file (“-”: standard input)
help-import-dry_run = Show what would change, and change nothing
help-import-clear_blank = Clear the cells that are empty in the file
help-import-format = What the file is, where its name does not tell
help-submit = Freeze, sign and submit the unit's report
help-submit-period = The period
help-report = Write a report: the consolidated one at the hub, the unit's own in an office
help-report-period = The period
help-report-unit = Another unit's report (at the hub)
help-report-format = What to write
help-report-out = Where to write
help-template = Templates
help-template-check = Check a template file and list everything that is wrong
help-template-check-file = The file
help-template-show = Show a template: the built-in one, or one that the node has
help-template-show-template = Which one
