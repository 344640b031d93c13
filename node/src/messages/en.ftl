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
value-authority-unmarked = “{ $text }” is not a number. If this figure is not your unit's to give, enter “kad: { $text }”.
value-english = “{ $text }” is how English writes decimals. If { $reading } is meant, type { $reading }.
value-nothing-or-zero = “{ $text }” can mean 0 or that nothing arose. Enter 0, or “kps” if nothing arose.
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
value-too-many-decimals = { $value } has { $allowed ->
        [0] decimals, but this cell takes whole numbers only
        [one] more than one decimal
       *[other] more than { $allowed } decimals
    }. Nothing is rounded for you: round the figure, then enter it.
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

already-a-member = This machine holds the report of unit { $unit }; the invitation is for unit { $other }. Nothing was changed. To work for unit { $other } here, run the command again with another data directory (--data); if the invitation names the wrong unit, ask the hub for one for unit { $unit }.
hub-only = This can only be done at the hub; nothing was changed. Ask the hub's operator.
internal = The program made a mistake. Try again; if it happens again, send the program's log to technical support.
no-node = There is no node in { $path }. On an office's machine, ask the hub for an invitation and run “hopluu join INVITATION”; at the hub, run “hopluu init --hub --town FILE”. If the data lie elsewhere, name the directory with --data.
node-stopping = The node is stopping and takes no more requests. Start the program again, then try again.
not-a-member = This machine does not belong to a unit yet. Ask the hub for an invitation (there: “hopluu invite UNIT”) and run “hopluu join INVITATION”.
not-arrived = This has not arrived at this node yet ({ $doc }). Sync with the hub (“hopluu sync”), then try again.
sync-at-hub = This machine is the hub, so there is nothing to sync with: the offices sync with it. Run “hopluu serve” so that they can connect.
serve-failed = The local interface cannot be opened on this machine: { $what }. Check the firewall, then start again.
data-dir-unusable = The data directory { $path } cannot be used: { $what }. Check that it may be written, or choose another with --data.

demo-dir-used = The directory { $path } holds something else than a demo's town, so nothing was written there. Please choose an empty directory for --keep.
file-unreadable = { $kind ->
        [directory] This is a directory, not a file. Check the name.
        [forbidden] This file may not be read. Check who may read it.
        [missing] There is no such file. Check its name and directory.
       *[other] The file cannot be read: { $what }. Check its name and who may read it.
    }
listen-address = “{ $address }” is not an address to listen at. Write an IP address and a port, for example 0.0.0.0:4433.
no-data-dir = This system has no home directory to keep data in. Name a directory with --data.
node-exists = { $path } already holds a node; nothing was changed. See it with “hopluu status”. To make another node, choose another directory with --data.
out-unwritable = { $path } cannot be written: { $what }. Check who may write there and that the disk is not full, or choose another place with --out.
request-refused = The running `hopluu serve` does not understand this request: { $what }. Nothing has changed. Please stop `hopluu serve` and start it again with the same version of the program as this command.
serve-unreachable = `hopluu serve` on this machine does not answer: { $what }. Please look at the window in which it runs; if it does not react, stop it and start it again. What was called saved is still there.
sync-incomplete = Not in sync; changes that the hub has not confirmed: { $count }. They are safe on this machine and are sent again by the next sync.

key-file-damaged = The key file { $path } is damaged, so the node cannot be opened; the data in the directory are untouched. Restore the file from a backup. Without one, move it away; then, in an office, ask for a new invitation and run “hopluu join INVITATION” in this same directory (the data are kept); at the hub, run “hopluu new-key”.
key-file-no-randomness = The operating system gives no random numbers to make a key: { $what }. Restart the machine, then try again.
key-file-unreadable = The key file { $path } cannot be read: { $what }. Check who may read it.
key-file-unwritable = The key file { $path } cannot be written: { $what }. Check who may write it, and that the disk is not full.

store-damaged = The node's store is damaged: { $what }. Do not delete it. The program moves it aside, reads out what is intact and gets the rest from the hub; do it again in a moment. If this is said again, start the program again.
store-format-newer = The store has format { $found }, newer than format { $known } that this program reads. Update the program.
store-full = The disk is full; nothing was saved. Free some space, then do it again.
store-in-use = The store is in use by another process (process number: { $by }). If that is a running “hopluu serve” or the program's window, there is no need to start another. Otherwise end that process, or choose another directory with --data.
store-io = The store cannot be read or written: { $what }. Check the disk and who may write the data directory.
store-lies-aside = A damaged store lies in { $path }. What it held was read out as far as possible, and the rest comes from the hub at a sync. Delete it only when technical support has agreed.
store-poisoned = An earlier write did not succeed ({ $what }). What was reported as saved is still there; what was being saved then may be missing. The store is opened again with the next request: do it again. If this is said again, check the disk and its free space, then start the program again.
store-read-only = The store may only be read: { $what }. Make the data directory writable, then do it again.
store-refused = The store refuses a write that contradicts what it holds: { $what }. This is a mistake of the program; tell technical support.
store-set-aside = The node's store was damaged. It was moved to { $path } and a new one was made; nothing was deleted. Everything in it that can be read is taken over.
store-unreadable = The damaged store in { $path } cannot be read: { $what }. What the hub has comes back at the next sync.

# A damaged store
store-gone = The store { $path } is gone, so the program begins with an empty one. What the hub has comes back at the next sync; what was not sent yet is not on this machine any more. If there is a backup of that folder: stop the program, copy the backup into the data directory as store.damaged-1 and start again; what it holds is taken in.
store-read-out = { $changes } changes were read out of { $path }: everything that it held. Nothing is missing.
store-read-out-in-part = { $changes } changes were read out of { $path }. { $missing } changes or saves that it held could not be read, and { $waiting } more can be shown only when what they follow is here. What the hub has of them comes at the next sync: sync now, then look whether the last figures that were typed are there.

# Something else in the place of a file
in-the-way = Where the program keeps { $path } lay something else: a folder in the place of a file, a file in the place of a folder, or a link to nowhere. It was moved to { $aside } as it was; nothing was deleted. The data of this machine lie in two places, and the program goes on with what the other one has; were anything missing, that would be said as well.
in-the-way-stays = Where the program keeps { $path } lies something else, which cannot be moved ({ $what }). Nothing was changed. Move it out of the way yourself, or give this account the right to do so, then start the program again: it goes on with the data in its other place.
store-link-broken = { $path } is a link to { $target }, which is not there. Nothing was changed, and nothing of the data was touched. If they lie on another disk, connect it and start the program again. Only if they are gone for good: rename the link and start the program; it then begins with an empty store, and what the hub has comes back at the next sync.

replica-unusable = An earlier save failed ({ $what }). Do it again; what was reported as saved is still there.

address-malformed = “{ $address }” is not an address. Write host:port, for example hub.example.vn:4433.
invite-no-address = It is not known at which address offices find the hub: “hopluu serve” does not run, or listens at every address of the machine. No invitation was made. Add --address HOST:PORT, the address by which offices reach this machine.
listen-bind = Connections cannot be taken at { $address }: { $what }. Another program may use the port; choose another with --listen.
listen-setup = Encrypted connections cannot be set up: { $what }. Tell technical support.
listen-tcp = Only UDP connections are taken at { $address }, not TCP: { $what }. Offices whose network blocks UDP cannot connect; free this TCP port, or choose another port with --listen.

dial-cut = The connection to { $address } was cut while it was being made. What was saved is still on this machine; try again when the line is stable.
dial-no-address = The hub's address is not known. Ask the hub for it and run “hopluu hub-address HOST:PORT”.
dial-no-answer = No answer from { $address }, neither over UDP nor over TCP: the hub is off, or the network blocks the connection. What was saved is still on this machine; try again later, or ask whoever runs the network.
dial-no-socket = This machine cannot open a network connection: { $what }. The data are still on this machine. Check the network and the firewall, then try again.
dial-not-a-hub = Something answers at { $address }, but it is no hub of a fitting version: { $what }. The data are still on this machine. Check the address (“hopluu hub-address”), or update the program.
dial-not-listening = Nobody takes connections at { $address }: the hub is off, or the port is wrong. What was saved is still on this machine; try again later, or ask the hub's operator.
dial-refused = The hub at { $address } has too much to do. The data are still on this machine. Try again in a few minutes, or leave “hopluu serve” running: it tries by itself.
dial-unreachable = There is no way through the network to { $address }: { $what }. What was saved is still on this machine; check the network, then try again.
dial-unresolved = The host of { $address } was not found: the name is wrong or this machine has no network ({ $what }). The data are still on this machine. Check the network, then try again; if the hub has another name now, run “hopluu hub-address HOST:PORT”.
dial-wrong-key = What answers at { $address } does not have the key of the hub that this machine knows: its key is { $found }, the one on record is { $expected }. Nothing was sent; the data are still on this machine. Call the hub and compare (“The node's key” in “hopluu status” there). If the hub has a new key, ask for a new invitation and run “hopluu join INVITATION” in the data directory that is in use: the data are kept. If it has not, somebody poses as the hub or the address is wrong; do not go on.

connection-closed-busy = The hub has too much to do and closed the connection. Try again in a few minutes.
connection-closed-by-peer = The hub closed the connection before everything was in sync ({ $what }). What was saved is still on this machine. Sync again; if it happens again, read this message to the hub's operator.
connection-closed-done = The hub ended the connection before everything was in sync. What was saved is still on this machine. Sync again; if it happens again, tell the hub's operator.
connection-closed-here = The connection was closed from this machine. Sync again.
connection-closed-leaving = The hub is stopping. What was saved is still on this machine. Try again later, or leave “hopluu serve” running: it connects again by itself.
connection-closed-refused = The hub refuses this machine. What was saved is still on it. Ask the hub's operator to look for it in “hopluu node list”; if it is not there, ask for a new invitation and run “hopluu join INVITATION” in this same directory: the data are kept.
connection-cut = The connection to the hub was cut. What was saved is still on this machine; sync again when there is a network.
connection-frame-too-long = The other side sent more than is allowed ({ $announced } bytes), so the connection was closed. Tell technical support.
connection-malformed = The other side does not keep to the protocol ({ $what }), so the connection was closed. What was saved is still on this machine. Update the program on both sides, then sync again.
send-frame-too-long = A packet is too large to be sent. Tell technical support.

refused-invitation-expired = The invitation has expired; nothing was changed on this machine. Ask the hub for a new one (there: “hopluu invite UNIT”).
refused-invitation-unknown = The hub does not know this invitation: it was withdrawn, wrong codes were tried too often, or another hub made it. Nothing was changed on this machine. Ask for a new one.
refused-invitation-used = The invitation was used by another machine; nothing was changed on this one. Each is for one machine; ask for a new one. If nobody knows which machine used it, tell the hub's operator at once (there: “hopluu invite --list”).
refused-key-revoked = The hub has revoked this machine's key: it can neither send nor receive any more. The data are still on the machine. If that was a mistake, or something is still to be sent: move the file node.key in the data directory away, ask for a new invitation for the unit, and run “hopluu join INVITATION” in that same directory.
refused-key-unknown = The hub does not know this machine's key. The data are still on the machine. Ask for a new invitation for the unit and run “hopluu join INVITATION” in the data directory that is in use: the data are kept.
refused-version = The hub speaks protocol versions { $min } to { $max }; this machine speaks none of them. The data are still on the machine. Update the program on it.

## Answers that are true: the hub is heard before anything is said of it

connection-closed-cannot-store = The hub cannot write at the moment (its disk is full or fails), so it takes nothing more. What was saved is safe on this machine and is sent when the hub can write again; please tell the hub's operator now.
connection-closed-unheard = Connected, but the hub heard nothing of this machine in time: the line is too slow or clogged. What was saved is still on this machine; please pause other programs that use the network and sync again.
hub-cannot-store = This hub cannot write (the last write failed { $minutes } minutes ago), so it takes no more reports. What offices have is safe on their machines and is sent again by itself when the disk can be written; the cause is in the next line.
node-cannot-store = This machine cannot write (the last write failed { $minutes } minutes ago). What was called saved is still there; the cause is in the next line.
request-too-large = What was sent to the program is too large: { $limit } MiB at most at a time. Nothing has changed. Please check that it is the right file, or divide it.
serve-restarted = `hopluu serve` on this machine has just been started again, so the request was not carried out. Please repeat the command.
sync-diverged = This machine and the hub have sent each other everything, and documents still differ, mostly because the hub did not take a part of something. Nothing is lost; syncing again does not help. Please tell the hub's operator and technical support.
sync-rejected = The hub does not take changes of { $doc }: { $why ->
        [1] changes that come before are missing
        [4] this machine or whoever wrote may not write this document
        [6] another machine runs from a copy of the same store
        [9] this document was refused before on the same connection
        [10] the document is full
       *[other] the content breaks a rule (code { $why })
    }. The content is still on this machine and not at the hub; other documents are sent all the same. Please call the hub's operator.
sync-silent = The hub sent nothing more for { $seconds } seconds, so this sync stopped. Please check the network and sync again; if it stays so, call the hub.
sync-unreadable = Document { $doc } on this machine cannot be read, so it cannot be sent: { $what }. Please start the program again, which mends it; if it says so again, tell technical support.
cli-awaiting-word = The hub has the latest submission and has not recorded it yet (reports: { $count }). Look again with `hopluu status` after the next sync; if it is not recorded after an hour, call the hub's operator.
cli-connected-heard = Connected to the hub over { $way }; last heard { $seconds } s ago.
cli-not-connected = Not connected to the hub at the moment; the program connects again by itself. To try now: `hopluu sync`.

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
import-whose-unclear = The file names its { $key ->
        [period] period
        [unit] unit
       *[other] template
    } “{ $text }”, which this program does not understand, so it cannot tell whether the file belongs to this report. Check it, or write the code (for example 2023-q1, 19996).
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

## Importing files: what people see in a cell

import-comments = The file has { $count ->
        [one] a comment on a cell that was read
       *[other] { $count } comments on cells that were read
    } ({ $cells }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    }). Comments are not imported; copy what is to stay into the column of notes.
import-hidden-notes = The column of notes is hidden, so no note was taken from the file; those there are stay. To import them, show the column and save the file.
import-invisible = { $text ->
        [none] This row
       *[other] The value { $text }
    } cannot be seen on the screen (its letters have the colour of their ground, or its format shows nothing), so it was not imported. To import it, change the colour or the format and save the file.
import-json-member = The JSON file has a member “{ $path }” that is not known, so it is not sure what the value of this cell is. Mend its name (id, value, state, note…) or remove it.
import-json-state = In the JSON file “{ $path }” is “{ $state }”, but the value is { $value }: the two contradict each other. Mend one of them.
import-json-unread = The member “{ $path }” stands outside of “cells”, so it was not imported ({ $text }). If it is a figure, move it into “cells”.
import-note-left-out = The note in this cell was not imported: { $why ->
        [import-date] the cell holds a day or time ({ $text }), and it is not sure how the screen shows it
        [import-logical] the cell holds { $text }, a value of logic
        [import-error-value] the cell's formula gives the error { $text }
        [import-formula-no-result] the cell's formula has no result yet
        [import-formula-stale] the cell's formula is to be computed anew
        [import-rich-text] some letters are struck through, hidden, raised or lowered ({ $text })
        [import-struck] the cell is struck through ({ $text })
        [import-invisible] its letters cannot be seen ({ $text })
        [import-unseen] the number in this row is not shown
       *[other] it is not sure what the screen shows ({ $text })
    }. The note that is there stays. Type the note again as plain text.
import-other-measure-column = The column of units of measure says “{ $text }”, but this indicator is measured in “{ $unit }”. Nothing is converted for you; enter the number in the indicator's unit.
import-rich-text = In the cell “{ $text }” some letters are struck through, hidden, raised or lowered (an exponent, the mark of a footnote), so it is not sure what the figure is. Type the value again in plain digits.
import-scaled-heading = A heading says “{ $text }”, but { $count ->
        [one] a figure below it has
       *[other] { $count } figures below it have
    } another unit in the template ({ $indicator } is measured in “{ $unit }”). Nothing is converted for you: the numbers are taken as they stand in the cells. Check them.
import-struck = { $text ->
        [none] This row
       *[other] The value { $text }
    } is struck through in the file, so it was not imported. To import it, remove the strikethrough and save the file.
import-two-ids = One row has an id in column { $first-column } and another id with a figure in column { $second-column }, as if two tables stood side by side, so it is not sure which one counts. Put the tables one below the other, or on two sheets.
import-two-values = Cell { $cell } holds two values in the file, so it is not sure which one counts. Open the file in Excel or LibreOffice, check this cell and save it again.

## Submissions

not-submitted = Unit { $unit } has submitted nothing for this period. Wait until it does.
submit-conflict = This cell holds several values, entered by several people. See “hopluu conflicts PERIOD” and choose one before submitting.
submit-nothing = This unit types no figures and writes no text for { $period }, so there is nothing to submit.
submit-missing = “{ $label }” has no figure. Enter it, or “kps” if nothing arose.
submit-unreadable = This cell cannot be read. Enter it again before submitting.
submission-digest = The figures of { $doc } at the submission are not those that were signed. It does not count; the unit has to submit again.
submission-document = { $doc } cannot be read as it was submitted: { $what }. The unit has to submit again.
submission-revoked-key = The submission is signed with a revoked key ({ $key }). The unit has to submit again from a node in good standing.
submission-signature = The signature on the submission of { $doc } is wrong. The unit has to submit again.
submission-signer = The submission of { $doc } is signed with key { $key }, which is not this unit's. The unit has to submit again from a node of its own.
submission-template = The submission of { $doc } names template { $template }, which the period has never followed. It is kept and does not count. The unit has to sync and submit again.
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

access-author-of-other-unit = A change of { $doc } is refused: the machine that made it (key { $key }) stands in unit { $unit }, which may not write it. The change is still where it was made. If that key had been copied to another machine by mistake, put the right node.key back there and run “hopluu adopt”.
access-author-unknown = A change of { $doc } is refused: the machine that made it (key { $key }) is not enrolled. The change is still where it was made. Invite that machine (“hopluu invite”); if its key had been copied to another machine by mistake, run “hopluu adopt” there.
access-key-revoked = The key { $key } was revoked, so its machine was refused. If that was a mistake, the machine needs a new key: move its node.key away and let it join again with a new invitation.
access-key-unknown = The machine with the key { $key } is not enrolled and was refused. If it is a unit's machine, invite it (“hopluu invite UNIT”).
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

## Versions of a template

template-newer-format = The template file is of format { $format }; this program knows formats up to { $known }. Update the program, then try again.
template-not-arrived = The new template { $template } of this period has not arrived at this machine yet. Meanwhile go on with the old form; what is typed is kept by the rows' ids. Sync when there is a line.
template-not-understood = The program on this machine cannot read template { $template } yet ({ $what }), since a newer program made it. Everything else works as before, and what was typed is all there. Update the program.
indicator-left-form = “{ $label }” is a row of version { $form } of the form and not of version { $now }, which this period follows, so nothing can be typed into it. What was typed is kept and does not count.
section-left-form = Section { $section } “{ $title }” is in version { $form } of the form and not in version { $now }, which this period follows, so nothing can be written for it. What was written is kept and stands in no report.
submit-misfit = “{ $label }” holds “{ $value }”, typed into the old form, which the new form's row cannot hold. Type it again, then submit.
other-template = { $unit } submitted under template { $template }, which is not this report's. Indicators of both count; { $count ->
        [0] nothing is left out
       *[other] left out, since only the submission's form has them: { $left } ({ $count })
    }. If the figures of new indicators are needed, ask the unit to add them and submit again.
publish-version-taken = Template { $template } is published with another text, and a published version never changes. Nothing was written. Set version = { $next } in the file, then try again.
publish-version-old = A newer version than { $version } of this template is published. Nothing was written. Set version = { $next } in the file, then try again.
publish-other-template = Period { $period } is open and follows template “{ $before }”; it cannot move on to one of another name, “{ $id }”. Nothing was written. Keep the id in the file, or publish from a period that is not open yet (--from).
publish-without-figures = Period { $period } is open and its texts may hold the figures of cells, so that the new form must allow it too. Nothing was written. Keep the line “format = 2” in the file, or publish from a period that is not open yet (--from).
publish-reused-id = The row keeps its id and means something else: “{ $before }” would be “{ $after }”. Period { $period } is open, and what was typed would be misread. Nothing was written. Give the row a new id, or publish from a period that is not open yet (--from).
cli-published = Template { $template } is published, from period { $from } on. The units get it when they sync.
cli-publish-asked = Nothing was written. Add --yes to publish template { $template } from period { $from } on.
cli-publish-was-there = Template { $template } is published from period { $from } on already; nothing was changed.
cli-publish-period = Period { $name } is open: from { $before } to { $after }
cli-publish-closed = Period { $name } is closed ({ $reason }): it stays at { $before }
cli-publish-days = The period's days become { $days }
cli-publish-no-units = No unit has typed anything that this changes, as far as it has reached this hub.
cli-publish-kind = { $kind }:
cli-publish-row-gone = {"  "}gone: { $id } – { $label }
cli-publish-row-new = {"  "}new: { $id } – { $label }
cli-publish-row-retyped = {"  "}another type: { $id } – { $label }: { $before } → { $after }
cli-publish-row-bounds = {"  "}other bounds, decimals or choices: { $id } – { $label }
cli-publish-section-gone = {"  "}section gone: { $id } – { $label }
cli-publish-section-new = {"  "}new section: { $id } – { $label }
cli-publish-unit = { $unit }:
cli-publish-unit-apart = {"  "}values no longer in the form, kept apart and never counted: { $ids } ({ $count })
cli-publish-unit-texts-apart = {"  "}texts no longer in the form, kept apart and in no report: { $ids } ({ $count })
cli-publish-unit-misfits = {"  "}values that do not fit the new type, to be typed again: { $ids } ({ $count })
cli-publish-unit-new = {"  "}new cells to fill: { $count }
cli-publish-unit-submitted = {"  "}has submitted: the submission stays at { $before }
cli-status-period-unusable = Period { $name }: cannot be used on this machine yet
cli-status-misfits = Values to be typed again, since the new form has them of another type: { $count } (see “hopluu get { $period }”)
cli-status-apart = No longer in the form, kept apart and never counted: { $count } (see “hopluu get { $period }”)
cli-status-other-version = {"  "}submitted under version { $version } of the form
cli-apart = No longer in the form (kept, never counted):
cli-misfit = type again: { $value }

## Results of the command line

cli-saved = Saved { $id } = { $value } on this machine.
cli-cleared = Cleared { $id } on this machine.
cli-in-sync = In sync with the hub ({ $sent } bytes sent, { $received } bytes received).
cli-synced-over = The connection went over { $way }.
cli-invited = Invitation { $id } for one machine of unit { $unit }, for one use, until { $expires }; withdraw it with “hopluu invite --withdraw { $id }”. At the office's machine run “hopluu join” with it:
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
cli-no-conflicts = No cell or paragraph was changed by several people apart from each other.
cli-conflict = { $id } – { $label }: holds several values, none of which is counted. Choose the right one with “hopluu set”:
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
cli-status-conflicts = Cells with several values or notes: { $count }
cli-status-submission = { $unit }: { $standing }, { $time }
cli-status-unsubmitted = { $unit }: not submitted
cli-way-quic = QUIC (UDP)
cli-way-tcp = TLS over TCP (UDP did not get through when it connected)
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
help-demo-keep = Leave the town on disk, one data directory a node; a town that is there goes on
help-init = Make a new node in the data directory
help-init-hub = Make it a hub
help-init-town = The town's units and calendar (see docs/town-file.md)
help-init-template = The template file, when it is not the built-in one
help-init-name = Name of this machine, for people
help-invite = Invite a node of a unit (at the hub)
help-invite-unit = The unit's code
help-invite-address = Addresses at which the node will find the hub [default: where the hub listens]
help-invite-hours = Hours until the invitation expires, from 1 to 8760
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
help-history = Every value and note that a cell ever had, by whom and when
help-history-period = The period
help-history-indicator = The indicator's id
help-conflicts = Cells and paragraphs that people changed apart from each other
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
help-template-publish = Publish a version of a template, and show what that does to periods under way (at the hub)
help-template-publish-file = The file
help-template-publish-from = The period from which on it is followed: that one and all that do not end before it
help-template-publish-yes = Do it; without this, only show what would happen
help-template-show = Show a template: the built-in one, or one that the node has
help-template-show-template = Which one

## Periods and the town's file

period-deadline = The deadline { $deadline } of period { $period } lies before its last day ({ $last }). Choose { $last } or a later day.
period-is-quarter = Period { $period } is a quarter. This is for six months, nine months and the year, for example 2023-6m.
period-no-template = No template counts for this period yet. Name one with --template, for example --template cchc-quarterly@1.
period-other-template = Period { $period } is open with template { $template }; its reports begin with that one, so it cannot be exchanged. For a new version use “hopluu template publish”.
period-reason = There is no reason for closing the period, or it is longer than { $limit } characters. Write a short one, for example “the report has been issued”.
period-template = The hub does not have template { $template } of period { $period }. Nothing was changed. Publish the template first (“hopluu template publish”), or check its name and version.
unit-ended = Unit { $unit } ended on { $day }, within the period. What it did in the period is in the total only if the unit that took over its work reported it. Ask that unit.
unit-not-in-period = Period { $period } does not count a report of { $unit }, since the unit { $to ->
        [none] begins after the period's last day (on { $from })
       *[other] ended before the period's last day (its own last day: { $to })
    }. What was typed before is kept. If these days are wrong, ask the hub to correct them.

town-base-unknown = This file was written from a state that this machine does not know (line “base”), so what the file changes cannot be told. Nothing was changed. Sync and try again, or run “hopluu town show” and edit the new file.
town-base-unreadable = The line “base” cannot be read. Leave it as “hopluu town show” wrote it, or delete the whole line: the file then stands for the whole new list.
town-circle = Unit { $unit } reports to itself by way of the units named in “parent”. Correct the “parent” of one of them.
town-clash = { $subject }, { $field }: since the file was written (it was “{ $base }” then), somebody changed it to “{ $now }”, and the file changes it to “{ $file }”. Nothing was changed. Run “hopluu town show” for a new file, choose one of the two, and apply it again.
town-duplicate-extension = Unit { $unit } has two extensions of period { $period }. Remove one.
town-ends-before = Unit { $unit } ends ({ $to }) before it begins ({ $from }). Correct valid_from or valid_to.
town-hub-ends = Unit { $unit } is the hub's own and can neither end nor be left out. Nothing was changed.
town-not-applied = Nothing was changed. If the changes above are right, run: hopluu town apply { $file } --yes
town-other-hub = This file belongs to the hub { $file }, and this node to { $hub }. Nothing was changed. Check the file.
town-period-reported = Period { $period } has reports and cannot be left out. Nothing was changed. Keep it in the file; if no more reports are to be taken, use “hopluu period close { $period } --reason …”.
town-period-template = Period { $period } follows template { $template }, and the file says { $other }. Its reports begin with the template that it has, so the town's file cannot exchange it. Nothing was changed. Write { $template } again, and use “hopluu template publish FILE --from { $period }” for a new version.
town-plan-changed = Units, calendar or reports have changed since this was looked at, so the changes above are no longer right. Nothing was changed. Look again, then apply.

town-change-extension-added = More time for { $subject } ({ $name }): { $after }
town-change-extension-removed = No more time for { $subject } ({ $name }): { $before }
town-change-field = { $subject }{ $name ->
        [none] {""}
       *[other] {" "}({ $name })
    }: { $field }: “{ $before }” → “{ $after }”
town-change-holiday-added = Day off { $subject } is added
town-change-holiday-removed = Day off { $subject } is removed
town-change-period-added = Period { $subject } opens: { $after }
town-change-period-removed = Period { $subject } is taken out (no reports yet): { $before }
town-change-unit-added = Unit { $subject } ({ $name }) is added: { $after }
town-change-unit-ended = Unit { $subject } ({ $name }) ends on { $after }: the file leaves it out, but it has reports, a machine or an invitation and is kept for the periods before
town-change-unit-removed = Unit { $subject } ({ $name }) is taken out: it has neither reports nor machines nor invitations

town-effect-deadline = The deadline of { $period } moves from { $before } to { $after }, because of the days off.
town-effect-joins = Period { $period } now needs a report of { $unit }{ $begun ->
        [yes] {" "}(the one that is there counts)
       *[no] ; totals are incomplete until it is there
    }.
town-effect-kind = { $unit } types other cells for { $period }: { $lost } cells that were typed no longer count, { $lacking } required cells have no figure yet.
town-effect-leaves = Period { $period } no longer counts the report of { $unit }{ $begun ->
        [yes] {" "}(what was written is kept, but not added to the total)
       *[no] {""}
    }. If another unit takes over its work, that unit reports these figures.

cli-no-periods = There is no period yet.
cli-period = { $period }  { $name }: { $first } to { $last }, due { $deadline }, template { $template }
cli-period-closed = {"  "}Closed: { $reason }
cli-period-deadline-set = {"  "}The deadline was set by the hub
cli-period-extension = {"  "}More time for { $unit } until { $until }: { $reason }
cli-quarters-cell = { $id }  { $label }: { $quarters }; sum of the quarters { $sum }; typed for { $period }: { $value }
cli-quarters-heading = Nothing is added up by itself: what arises within a period is the sum of its quarters, what is counted at the end is the last quarter's. Type it with “hopluu set”.
cli-quarters-none = (none)
cli-town-applied = { $count } changes were made.
cli-town-changes = What changes ({ $count }):
cli-town-effects = What that does to reports and deadlines:
cli-town-heading =
    Units and calendar, written by “hopluu town show”. When edited: hopluu town apply FILE
    Leave the line “base” as it is: by it, what others change meanwhile is not lost.
cli-town-only-checked = This was a check; nothing was changed. To apply: hopluu town apply { $file } --yes
cli-town-unchanged = The file asks for no change; the town stays as it is.

help-period = The periods that are reported
help-period-list = List the periods with their days and deadlines
help-period-open = Open a period by hand, open a closed one again, or set its deadline (at the hub)
help-period-open-period = The period, e.g. 2023-q2
help-period-open-template = The template [default: the one that counts for the period]
help-period-open-deadline = The deadline, e.g. 2023-06-16 [default: by the template's rule and the days off]
help-period-close = Close a period: nobody may change its reports any more (at the hub)
help-period-close-period = The period
help-period-close-reason = Why, shown to whoever tries to change a report
help-period-quarters = What the unit typed for the quarters of six months, nine months or a year, beside the whole
help-period-quarters-period = The period, e.g. 2023-6m
help-town = The town's units and calendar, as a file (at the hub)
help-town-check = Say what a town file would change, and change nothing
help-town-check-file = The file (see docs/town-file.md)
help-town-apply = Change the town as its file says: units, days off, periods, more time
help-town-apply-file = The file
help-town-apply-yes = Do it; otherwise only what would change is said
help-town-show = Write the file as the town stands, to be edited and applied
## Keys, machines, invitations, where the hub is found

init-has-place = This directory already holds the data of unit { $unit }; nothing was changed. To make another hub, choose another directory with --data.
join-at-hub = This machine is the hub of unit { $unit }; a hub does not join with an invitation. Nothing was changed. For this machine to work for unit { $other }, use another data directory (--data).
join-other-town = The invitation is from “{ $other }”; the data in this directory belong to “{ $town }”, and the two cannot be mixed. Nothing was changed. Ask “{ $town }” for an invitation, or use another data directory (--data).
key-foreign-hub = The key file { $path } (key { $key }) is not this hub's (unit { $unit }), so the hub is not opened; the data are untouched. Put the right node.key back from a backup. If there is none, run “hopluu new-key” to make a new key, and invite the offices again.
key-foreign-office = The key file { $path } (key { $key }) is not this machine's in unit { $unit }: what is typed under it could never be sent, so the node is not opened; the data are untouched. Put the right node.key back from a backup. If there is none: move this file away, ask for a new invitation for unit { $unit } and run “hopluu join INVITATION” in this same directory; the data are kept.
key-made = This directory held data and no key file, so a new key was made for the machine: { $key }. The data are kept. The former key still stands in the hub's roster; have the hub revoke it (“hopluu node revoke”).
key-missing = The key file { $path } is gone, but the data of a node are in the directory; nothing was changed and no key was made. { $copy ->
        [yes] A copy lies beside it: if nobody moved the key away on purpose, rename node.key-copy to node.key. If it was done on purpose:
       *[no] Restore the file from a backup. If there is none:
    } in an office, ask for a new invitation and run “hopluu join INVITATION” in this same directory; at the hub, run “hopluu new-key”.
key-missing-hub = The key file { $path } is gone, but the data of the hub (unit { $unit }) are in the directory; nothing was changed and no key was made. { $copy ->
        [yes] A copy lies beside it: if nobody moved the key away on purpose, rename node.key-copy to node.key. If it was done on purpose:
       *[no] Restore the file from a backup. If there is none:
    } run “hopluu new-key” and invite every office again: they join in the directories that they use, and lose no data.
key-missing-office = The key file { $path } is gone, but the data of unit { $unit } are in the directory; nothing was changed and no key was made. { $copy ->
        [yes] A copy lies beside it: if nobody moved the key away on purpose, rename node.key-copy to node.key. If it was done on purpose:
       *[no] Restore the file from a backup. If there is none:
    } ask for a new invitation for unit { $unit } and run “hopluu join INVITATION” in this same directory; the data are kept.
new-key-at-office = Only a hub gets a new key in this way; this machine stands in unit { $unit }. Nothing was changed. Move node.key away (if it is there), ask for a new invitation, and run “hopluu join INVITATION” in this same directory.
new-key-unconfirmed = Nothing was done. The hub would get a new key in { $path }, and the former one would be revoked. No office can connect after that until each machine was invited again (“hopluu invite UNIT”) and has run “hopluu join” in the directory that it uses; no data are lost. With a backup of node.key it is enough to restore that file. To do it, add --yes.
hub-address-at-hub = This machine is the hub and looks for none. It takes connections at the address of “hopluu serve --listen”; offices change theirs with “hopluu hub-address” on their own machines.
hub-address-count = It takes 1 to { $limit } addresses of the hub, and there are { $count }. Nothing was changed.
hub-never-heard = This machine has no record of ever having reached the hub. Ask the hub which address it has; if it is another one, run “hopluu hub-address HOST:PORT”.
hub-silent-since = The hub was reached last at { $since }. Everything that was saved goes out when there is a connection again. If the hub has moved, run “hopluu hub-address HOST:PORT”.
connection-closed-no-greeting = The hub did not hear this machine's greeting and closed the connection: the line is very slow or loses packets. What was saved is still on this machine. Sync again, or leave “hopluu serve” running: it tries by itself.
refused-key-of-other-unit = The hub knows this machine's key as another unit's, so the invitation was not used. Nothing was changed. The file node.key was probably copied from another machine: move it away and run the command again; a new key is made then.
invitation-not-here = There is no invitation { $id }. See “hopluu invite --list”.
invitation-used-up = Invitation { $id } was used by { $machine } and cannot be withdrawn any more. To keep that machine out, run “hopluu node revoke” with its key.
machine-ambiguous = Several machines are called “{ $name }”: { $machines }. No key was revoked. Run the command again with the machine's key.
machine-must-stay = The key { $key } (machine “{ $name }”) cannot be revoked: it is the hub's, or this machine's own, and nobody could work after that. Nothing was changed. If the hub's key is in wrong hands, run “hopluu new-key” at the hub.
machine-revoked-already = The key { $key } of machine “{ $name }” (unit { $unit }) was revoked before; nothing has to be done.
machine-unknown = No machine has the name or key “{ $name }”. See “hopluu node list”.
revoke-unconfirmed = Nothing was done. This would revoke the key { $key } of machine “{ $name }” (unit { $unit }): it is cut off at once and never comes in again with this key; what it has sent stays, what it has not sent is not taken from it. The unit has { $others } other machines. It cannot be undone; to do it, add --yes.
cli-machines-of = { $name } ({ $unit }):
cli-machine = {"  "}{ $name }, key { $key }, joined { $since }{ $marks }
cli-machine-connected = connected
cli-machine-here = this machine
cli-machine-hub = the hub
cli-machine-nameless = (without a name)
cli-machine-revoked = revoked { $time }
cli-revoked = Revoked the key { $key } of machine “{ $name }” (unit { $unit }). What it has sent stays. Other machines of the unit: { $others }; for a new one, run “hopluu invite { $unit }”.
cli-revoked-not-at-hub = It counts when the hub has it; run “hopluu sync” now.
cli-no-invitations = No invitation was made yet.
cli-invitation = { $id }  { $name } ({ $unit }): { $state }
cli-invitation-expired = expired { $expires }
cli-invitation-open = good until { $expires }
cli-invitation-used = used by { $machine }
cli-invitation-void = void: wrong codes were tried too often
cli-withdrawn = Withdrew invitation { $id } of unit { $unit }: nobody comes in with it any more.
cli-hub-addresses = The hub is looked for at: { $addresses }
cli-hub-moved = From now on the hub is looked for at: { $addresses }
cli-hub-silent = The hub has not been reached since { $since } (reached last at { $heard }). { $why }
cli-hub-never-heard = The hub has not been reached since { $since }. { $why }
cli-new-key = The hub has a new key: { $key }. Make a backup of node.key. Next: “hopluu serve”, then “hopluu invite UNIT” for each machine; each runs “hopluu join INVITATION” in the directory that it uses, and loses no data.
cli-former-key = The former key is kept in { $path }.
help-invite-list = List the invitations that were made
help-invite-withdraw = Take an invitation back that nobody has used yet
help-node = The town's machines: list them, revoke a key
help-node-list = List the machines of every unit, with their keys
help-node-revoke = Revoke the key of a machine: it is cut off at once and never let in again
help-node-revoke-machine = The machine's key, or its name
help-node-revoke-yes = Do it
help-hub-address = Show where this node looks for the hub, or set it after the hub has moved
help-hub-address-address = The hub's addresses, the best first
help-new-key = Give the hub a new key after it has lost its own (at the hub)
help-new-key-yes = Do it
## Texts of sections: writing, and editing at the same time

cli-text-cleared = Cleared the text of section { $id } on this machine.
cli-text-merged = Somebody else wrote in section { $id } meanwhile; what they wrote is kept beside what was just saved. Read the whole section again.
cli-text-saved = Saved the text of section { $id } “{ $title }” on this machine.
cli-text-unchanged = The text of section { $id } is unchanged.
document-heads-unknown = The text was not saved: it was made from a state that this node does not have. Read the text as it stands and edit it again.
editor-failed = The editor “{ $editor }” cannot be run, or failed: { $what }. The text is unchanged. Set the environment variable EDITOR to an editor of this machine.
editor-file = The temporary file for the editor cannot be written: { $what }. Check the disk's space.
editor-file-kept = What was written is kept in { $path }. Mend what is said above, then set the text from this file.
text-edit-unclear = The text was not saved: a request has exactly one of splices and text. Correct the program that sent it.
text-empty = The file holds no text, so the section's text was left as it is. If it is to be removed, use “hopluu text PERIOD SECTION --clear”.
text-heads-unknown = The text was not saved: it was made from a state that this node does not have (heads are wrong, or another node's). Read the text as it stands and edit it again.
text-never-read = The text of section { $section } never was what the file at --base holds, so nothing was saved. Give the file that “hopluu text” wrote out before it was edited, or edit the text with --edit.
text-not-utf8 = The file is not plain text in UTF-8, so the section's text was left as it is. Save it as plain text (.txt) with the encoding UTF-8: in Notepad “Save as”, Encoding; in Word “Plain Text”.
text-splice-outside = The text was not saved: a change lies outside of the text that was read. Places are counted in Unicode scalar values, not in bytes or UTF-16. Read the text as it stands and edit it again.
text-without-heads = The text was not saved: the request does not say which state it was made from (heads), so it could remove what somebody else has just written. Read the text and send the heads that came with it.

help-text-base = The file as it was before it was edited, when it was written out by “text”: what others wrote since stays
help-text-clear = Remove the whole text
help-text-edit = Open the text in the editor (VISUAL, EDITOR); what others write meanwhile stays
help-text-heads = The state that the file was made from, as “text --json” shows it: what others wrote since stays. Without it, the file replaces the text as it stands now

## The command line: doubtful figures, wrong usage, output that cannot be written

check-below-zero = The result is below zero ({ $value }), from { $cells }. The figures are saved all the same; look at these cells again before submitting.
check-part-above-whole = A part is above its whole: { $part } is above { $whole ->
        [none] the number of units of this kind
       *[other] { $whole }
    }{ $percent ->
        [none] {""}
       *[other] , which makes { $percent } %
    }. The figures are saved all the same; look at these cells again before submitting.
check-row-above-total = { $row } is above { $total }, the row that it belongs to. The figures are saved all the same; look at both cells again before submitting.
cli-demo-stopped = Stopped as asked; the temporary directory is gone.
cli-demo-stopped-kept = Stopped as asked; what was done lies in { $path }.
output-unwritable = The result cannot be written to standard output: { $what }. What was asked for is done, and nothing is lost; check the disk that the output goes to.
serve-hangs = The process of “hopluu serve”{ $process ->
        [none] {""}
       *[other] {" "}(number { $process })
    } holds the store and has not answered within { $seconds } seconds: it seems to hang. What was said to be saved is saved. End that process and run “hopluu serve” again.
sources-format = This format names the submissions in the report's own file. The list beside it comes as DOCX and PDF only.
cli-usage = Usage: { $usage }
cli-usage-conflict = { $argument } cannot be used with { $other ->
        [none] another argument
       *[other] { $other }
    }. Leave one of them out.
cli-usage-missing-argument = Missing: { $arguments }. Add it; --help says more.
cli-usage-missing-command = A subcommand is missing{ $commands ->
        [none] {""}
       *[other] : { $commands }
    }. Add it; --help says more.
cli-usage-missing-value = { $argument } has no value. Add one.
cli-usage-not-utf8 = The command line has characters that are not UTF-8. Type it again.
cli-usage-too-many = “{ $argument }” is too much. Leave it out.
cli-usage-too-many-values = “{ $value }” is a value too many for { $argument }. Leave it out.
cli-usage-unknown-argument = There is no argument { $argument }{ $meant ->
        [none] {""}
       *[other] ; perhaps { $meant } is meant
    }. Check it; --help says more.
cli-usage-unknown-command = There is no command “{ $command }”{ $meant ->
        [none] {""}
       *[other] ; perhaps { $meant } is meant
    }. “hopluu --help” lists the commands.
cli-usage-wrong = The command line is not right. --help says more.
cli-usage-wrong-choice = { $argument } does not take “{ $value }”. Use one of: { $choices }.
cli-usage-wrong-value = { $argument } does not take “{ $value }”. Check it; --help says more.

usage-any-options = OPTIONS
usage-arguments = Arguments:
usage-choices = [one of: { $what }]
usage-command = COMMAND
usage-commands = Commands:
usage-default = [default: { $what }]
usage-help = Print help
usage-help-command = Print this help, or that of a command
usage-options = Options:
usage-title = Usage:
usage-variable = [environment: { $what }]
usage-version = Print the version
usage-value-addr = ADDR
usage-value-day = DAY
usage-value-dir = DIR
usage-value-file = FILE
usage-value-format = FORMAT
usage-value-heads = HEADS
usage-value-host-port = HOST:PORT
usage-value-hours = HOURS
usage-value-id = ID
usage-value-id-version = ID@VERSION
usage-value-indicator = INDICATOR
usage-value-invitation = INVITATION
usage-value-key-or-name = KEY-OR-NAME
usage-value-lang = LANG
usage-value-name = NAME
usage-value-period = PERIOD
usage-value-section = SECTION
usage-value-template = TEMPLATE
usage-value-text = TEXT
usage-value-unit = UNIT
usage-value-value = VALUE
help-openapi = Print the local API's description (OpenAPI 3.1, JSON)

## Edits that the hub refuses by their author

edits-stuck = The hub does not take some edits of { $doc }: they were made under a key that is not of this unit as the hub knows it. They are still on this machine, are not at the hub, and cannot go there by themselves. See them and make them this machine's own with “hopluu adopt”.
adopt-unconfirmed = Nothing was done. The changes above would be made again under this machine's key, with the same figures, notes, letters, people and times, and go to the hub; the refused ones stay in the store and count no more. A submission that was signed with the other key has to be made again. To do it, add --yes.
adopt-under-foreign-key = This machine's present key is not of the unit, so nothing can be made its own. Put the right node.key back first.
cli-nothing-stuck = The hub refuses no edits of this machine.
cli-stuck = { $doc }: { $count } changes cannot be sent, made from { $first } to { $last } by { $people }; refused because of the key { $keys }.
cli-adopted = { $doc }: { $count } changes are this machine's own now and go out with the next sync. If the report was submitted under the other key, submit it again.
cli-not-adopted = { $doc }: not a document of this unit, so it cannot be made this machine's own; its content is still here. Tell the hub's operator.
help-adopt = Make edits this machine's own that the hub refuses because of the key they were made under
help-adopt-yes = Do it

## Screens: form, figures, page

value-read-as = “{ $text }” was read as { $value }.
edits-too-many = At most { $limit } cells can be written at once, and these are { $count }. Nothing was written; do it in several steps.
settings-invalid = These settings cannot be kept. The size of text is 100 to 200 %, and there are at most 200 names of at most 200 characters.
ui-state-invalid = The state of this screen cannot be kept: its name has plain letters, digits and hyphens, its content at most { $limit } bytes. No figures are affected.
submit-draft = { $label }: “{ $text }” is no valid value, and is only on this computer. Enter the cell again or drop that text, then submit.
page-unknown = The report has no page { $number }.
open-no-serve = No node is running in { $path }, so there is no link to give. Please run “hopluu serve”, or “hopluu open” without --print, which runs the node itself.
screen-form-appendix = Appendix { $number }
screen-form-facts = Figures in the text
screen-form-auxiliary = Auxiliary figures
screen-form-units = number of units of kind { $kind }
screen-form-part-not-above = { $part } is not above { $whole }
screen-form-at-most-hundred = Not above 100 %
screen-form-not-above = Not above { $total }
screen-number-argument = { $part } ÷ { $whole } = { $percent }%
screen-change-points = { $change } points
screen-page-not-built-title = The page is missing
screen-page-not-built = This program was built without its page. Run “npm ci” and “npm run build” in the folder app of the sources, build the program again, and open this again. The commands of hopluu work as usual.
screen-session-link-used = This link was used before, or is older than five minutes. Run “hopluu open” again.
cli-window-shown = The program's window is open on this data; it has been brought to the front.
cli-opened = The page was opened in the browser. If you do not see it, open this link yourself (good once, for five minutes): { $url }
cli-open-link = { $url }
help-open = Open the page in the browser; runs the node first if it is not running (`serve`)
help-open-print = Only print the link: it is good once, for five minutes
render-picture = The page of the report could not be drawn: { $what }. No figures are affected; write the report as a PDF instead.

## Several values in one cell, changes after submitting, submitting after the closing

cell-contested = “{ $label }” holds several values or notes, entered by several people: { $values }. None of them is counted. Choose with “hopluu set { $period } ID VALUE”, a note with --note.
figure-on-contested = This computed figure is incomplete: it lacks cells that hold several values: { $cells }. Choose a value for each.
draft-changed = This report is made from the draft, which is no longer what submission { $number } holds. Cells changed: { $cells }; texts: { $texts }. The hub still counts that submission. { $closed ->
        [yes] The period is closed; to submit again, ask the hub to open it.
       *[no] To hand in what was changed, run “hopluu submit { $period }”.
    }
submission-changed = { $unit } has changed its draft since submission { $number } and not submitted again. Cells changed: { $cells }; texts: { $texts }. This report is without these changes. { $closed ->
        [yes] Period { $period } is closed.
       *[no] If they matter, ask the unit to submit again.
    }
submission-after-closing = The submission of { $unit } reached the hub at { $received }, after the period was closed at { $closed }; the unit signed it at { $signed } by its own clock. It is counted; compare if the report has been issued.
submit-note-conflict = This cell has several notes, written by several people. See “hopluu conflicts PERIOD” and choose one (hopluu set … --note) before submitting.
invite-hours = No invitation can be good for { $hours } hours. None was made. Choose from 1 to { $most } hours.
cli-note-entry = note: { $entry }
cli-contested = (not chosen)
cli-conflict-choose = Cells that hold several values or notes: { $count }; none of these is counted. Choose with “hopluu set { $period } ID VALUE”, a note with --note.
cli-note-conflict = { $id } – { $label }: has several notes. Choose the right one with “hopluu set … --note”:
cli-entry-stands = { $entry } (stands in the cell)
cli-incomplete-marked = * An incomplete computed figure: values are missing, or in some cell none is chosen.
cli-status-changed = {"  "}Changed since submission { $number }: { $cells } cells, { $texts } texts. { $who ->
        [closed] The submission is without these changes; the period is closed.
        [hub] The submission is without these changes; the unit has not submitted again.
       *[office] The submission is without these changes; submit again to hand them in: “hopluu submit { $period }”.
    }
cli-status-after-closing = {"  "}Reached the hub at { $received }, after the period was closed at { $closed } (the hub's clock); signed at { $signed } (the unit's clock). It is kept and counted.

# Edits by name, and bounds
edit-id-invalid = The edit was not saved: its name (edit_id) is not 16 to 64 plain letters and digits, or another edit had it before. What was saved earlier is unchanged; make the edit again.
draft-too-long = This is no value for the cell, and with { $bytes } bytes too long to be kept as it was typed (at most { $limit }). It was not saved; the cell is unchanged. Shorten it and enter it again.
ui-state-full = The state of this screen cannot be kept: { $limit } are kept already. No figures are affected.
request-unreadable = The program could not read what was sent, so nothing was saved. Load the page again; if it goes on, install the same version everywhere.
request-unknown = The program does not have what was asked for. Load the page again; if it goes on, install the same version everywhere.

## Trying the program, a new machine, the pages of a report

cli-demo-found = The demo's town in { $path } goes on; what was typed there stays.
cli-demo-page = { $unit }:
cli-demo-machines = All machines of the town are running. To open the page of another one, in another window:
cli-demo-machine = { $unit }: { $program } --data "{ $path }" open
cli-demo-running = The second quarter of 2023 is open, to be typed. Press Ctrl-C to stop the town; everything is deleted then (with --keep DIR it stays).
cli-demo-running-kept = The second quarter of 2023 is open, to be typed. Press Ctrl-C to stop the town; it stays in { $path }, and the same command goes on with it.
help-demo-open = Leave the town running until Ctrl-C, and open pages of its offices in the browser
cli-serve-new = There was nothing in { $path } yet: a new node was made. Open its page with “hopluu open” and paste the invitation there.
cli-not-opened = No browser could be opened. Please open this link yourself (good once, for five minutes): { $url }
page-elsewhere = The page's usual port { $port } is taken by another program, so the page is at another address this time. What an open page could not save yet stays in the browser and is sent when the port is free and the program is started again.
page-width = A picture of a page is { $narrowest } to { $widest } pixels wide. Please ask for a width within that.
pages-replaced = Other pages of the report were asked for since, so this one was not drawn. Please ask for it again if you still want it.
submission-unknown = The report has no submission { $id }.
door-other-name = This page was opened under a name that is not the program's, so nothing was given. Please open it with “hopluu open”.
door-other-page = The request came from another page than the program's own, so it was not carried out. Please open the page with “hopluu open”.
door-no-session = This page has no session with the program: the program was started again, or the page was not opened by it. Please run “hopluu open”. What was saved is untouched.

# Paragraphs that people changed apart from each other
submit-text-conflict = “{ $title }” ({ $section }) has paragraphs that two people changed without having seen each other's words: { $count }. They were merged and both are kept. See “hopluu conflicts { $period }” and choose before submitting.
text-contested = “{ $title }” ({ $section }) has paragraphs that two people changed without having seen each other's words: { $count }. They are printed merged and may not be what was meant. See “hopluu conflicts { $period }”, edit them, or say that they are right with “hopluu text { $period } { $section } --settle”.
text-place-unknown = The paragraph was not settled: the text on this node has no such paragraph. The text is unchanged; read it as it stands and choose again.
cli-text-conflict = { $id } – { $title }: two people changed one paragraph without having seen each other's words. Each of them wrote:
cli-text-conflict-now = Merged, as it stands now: { $text }
cli-text-settled = Said of { $count } paragraphs of { $id } that they are right as they stand.
cli-status-text-conflicts = Paragraphs that two people changed, not yet chosen: { $count }
help-text-settle = Say that every paragraph that people changed apart from each other is right as it stands

# The program's window
window-keep = { $path } cannot be written: { $what }. Nothing was kept there; the report itself is unchanged. Check who may write there and that the disk is not full, or choose another place.
window-folder = The data directory { $path } cannot be used: { $what }. Nothing was changed. Check who may write there and that the disk is not full, then start the program again.
window-hangs = There is a window for { $path } already, and it does not answer. What it called saved is still there. Look whether it is in the task bar or beside the clock; if it does not react, end it and start the program again.
window-broke-off = The program's window holds the data, and a request was not answered in full: { $what }. Whether it was carried out is not known. Look at the result in the window or with a command, then repeat it if need be. What was called saved is still there.
screen-window-cannot-open = The program cannot open this machine's data
screen-window-again = Try again
screen-window-open = Open Hợp Lưu
screen-window-quit = Quit
screen-window-line = { $kind ->
        [all-sent] Saved here; the hub has everything
        [cannot-write] Cannot be saved on this machine: look at the window
        [hub] This machine is the hub
        [hub-silent] Saved here; the hub does not answer
        [long-silence] Saved here; no contact with the hub for days
        [never-joined] Saved here; the hub was not reached yet
        [not-joined] Waiting for an invitation
        [refused] Saved here; the hub has refused changes: look at the window
        [revoked] Saved here; the hub has withdrawn this machine: look at the window
        [sending] Saved here; being sent to the hub
       *[other] Saved here; waiting for the line
    }
screen-window-accepted = The hub has accepted the report: { $period }.
screen-window-returned = The hub has sent the report back: { $period }. Open the program to see why.
screen-window-unsaved = { $count } changes could not be written, so the program stays open. The window says what to do; closing it again ends the program, and what was typed in cells and texts is kept for the next start.
screen-window-files = Files

# Six words
cli-hub-words = The hub's six words: { $words }. Read them out to offices that call about their invitation.
cli-invited-words = Six words to compare: { $words }. Read them out when the office calls; if the two sides differ, the invitation was changed on its way.
cli-join-words = The invitation leads to the hub with these six words: { $words } (key { $key }). If you have not compared them, call whoever sent it on a number you know; if they differ, stop and ask for another invitation.
cli-status-words = The node's six words: { $words }

# Figures within texts
text-figure-missing = Section “{ $title }” shows the number of this cell (“{ $label }”), which is not complete: “{ $shown }” is printed in its place. Fill in the cell, or take the figure out of the text.
text-figure-unknown = The text was not saved: this unit's report has no cell { $indicator }. Choose another one. If these are words in braces, begin them with two “{"{"}”.
text-figures-not-in-form = The text was not saved: version { $form } of the form does not let texts hold the figures of cells. Type the number, or ask the hub to publish a version of the form with “format = 2”.
text-figures-at-hub = The text was not saved: the hub's own texts cannot hold the figures of cells yet. Type the number.
