# Moving about
nav-name = Main
nav-home = Home
nav-figures = Figures
nav-text = Text
nav-conflicts = Conflicts
nav-history = History
nav-pages = See report
nav-submit = Submit
nav-settings = Settings
search-title = Search indicators, sections, screens
search-hint = Search indicators, sections
search-none = Nothing found for “{ $text }”. Try a code (3.1.2) or a shorter word.
period-choose = Period:
person-choose = Person:
person-other = Somebody else…
conflicts-open =
    { $count ->
        [one] 1 conflict
       *[other] { $count } conflicts
    }
somebody = Somebody else
unnamed = No name yet
you = You
you-are = You ({ $person })
recent = Recent
close = Close
and = and
or = or
days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
of-many = { $count } of { $of }
time-today = { $time } today
no-periods = There is no period yet. It appears here when the hub opens one.

# Where the data is
line-all-sent = All changes reached the hub at { $time }
line-all-sent-plain = All changes reached the hub
line-waiting-network =
    { $count ->
        [one] Saved on this computer; waiting for the network, 1 change
       *[other] Saved on this computer; waiting for the network, { $count } changes
    }
line-sending =
    { $count ->
        [one] Saved on this computer; sending, 1 change left
       *[other] Saved on this computer; sending, { $count } changes left
    }
line-hub-silent = Saved on this computer; online but the hub does not answer, next try in { $seconds } s
line-hub-silent-plain = Saved on this computer; online but the hub does not answer
line-receiving =
    { $count ->
        [one] Receiving 1 change from the hub
       *[other] Receiving { $count } changes from the hub
    }
line-never-joined = Not yet joined the hub; you can work, { $count } changes waiting
line-long-silence = No contact for { $days } days; { $count } changes are only here
line-revoked = This computer was revoked; reading works, sending does not. Call { $hub }
line-refused =
    { $count ->
        [one] The hub refused 1 change; see why
       *[other] The hub refused { $count } changes; see why
    }
line-cannot-write = Cannot write to the disk. Do not switch off; see what to do
line-hub = The hub is running
line-no-node = The program does not answer; what you type now is not saved
line-unsaved =
    { $count ->
        [one] 1 change not saved; trying again
       *[other] { $count } changes not saved; trying again
    }
line-not-joined = This computer has not joined yet; there is nothing to send
line-starting = Opening
line-details = Where the data is
line-last-contact = Contact with the hub
line-contact = Last contact with the hub: { $time }
line-never = never
line-waiting = Changes waiting
line-machine = This computer
line-key = Key of this computer
line-words = Six words of this computer
peer-same = holds the same
peer-talking = exchanging
act-try-now = Try to send now
sync-done = The hub has all changes of this computer.
sync-waiting = { $count } changes still wait; they are kept on this computer.
alarm-cannot-write = Cannot write to the disk. What you type now is not saved; do not switch off. Free some space: the program tries again by itself.
alarm-no-node = The program does not answer. What you type now is not saved; this page keeps it and writes it when the program runs again.
no-node-title = Hợp Lưu is not running
no-node-hint = What was saved is on this computer. Start the program again, then press Try again.
act-again = Try again
session-title = This page must be opened from the program
session-hint = Open Hợp Lưu from its icon again, or run hopluu open. Nothing on this computer has changed.
session-unsaved =
    { $count ->
        [one] This page still keeps 1 change that is not saved; it is written by itself when the page is opened again in this browser.
       *[other] This page still keeps { $count } changes that are not saved; they are written by themselves when the page is opened again in this browser.
    }

# Figures: columns, filter, keys
col-number = Code
col-label = Indicator
col-unit = Unit
col-previous = Last period
col-before = Before that
col-change = Change
col-spark = 5 periods
col-state = State
filter-name = Rows shown
filter-own = Our cells
filter-all = Whole appendix
key-edit = edit
key-next-problem = next problem
hint-count = whole number
hint-percent = per cent
act-undo = Undo
act-redo = Redo
act-paste = Paste from Excel
act-import = Import a file
act-nothing-arose = Nothing arose
act-panel = Selected cell
act-note = Note
act-open = Open
act-cell-history = History of the cell
act-show-in-table = Show in the table
menu-name = Cell actions
menu-edit = Edit
menu-clear = Clear to not reported
menu-fill = Fill down
menu-history = History of the cell
tabs-name = Appendices
tab-done = Complete
tab-grave =
    { $count ->
        [one] 1 problem
       *[other] { $count } problems
    }
tab-missing =
    { $count ->
        [one] 1 cell not reported
       *[other] { $count } cells not reported
    }
status-selected = { $count } selected
status-cells = { $appendix }: { $good } of { $of } cells good
nothing-arose = Nothing arose
not-applicable = Not applicable
offer-nothing = Enter to write
offer-not-applicable = Type: kad: reason
yes = Yes
no = No
empty-value = empty
no-value = None yet

# Figures: states
state-missing = Not yet reported
state-here = Saved on this computer
state-hub = Received by { $hub }
state-saving = Saving
state-unsaved = Not saved; trying again
state-invalid = Not valid; only on this computer
state-two-readings = Two readings; press F2 to choose
state-misfit = Does not fit the new form; type it again
state-conflict =
    { $count ->
        [2] Conflict: two values
       *[other] Conflict: { $count } values
    }
state-notes = Conflict: two notes
state-computed = Computed: { $formula }
state-computed-plain = Computed
state-others = Reported by { $who }
waiting = waiting
waiting-for = waiting for { $cells }
many-values = { $count } values
spoken-conflict = { $values }, press F2 to choose
spoken-value-of = { $value } by { $person }
spoken-last = last period { $value }
legend = Signs in the table
legend-here = Saved on this computer, to be sent
legend-conflict = Conflict, to be chosen
legend-invalid = Not valid
legend-locked = Locked; the reason is in the column State

# Figures: panel and problems
inspector-name = Selected cell
cell-place = { $appendix }, { $cell }
fact-value = Value
fact-who = Typed by
fact-formula = Formula
fact-reporters = Reported by
note-is = Note: “{ $note }”
note-title = Note of cell { $cell }
note-hint = The leader and the hub can read this note.
note-save = Save the note
note-drop = Do not save
troubles = Problems
no-troubles = No problem in this appendix.
trouble-conflict =
    { $count ->
        [2] has two values: { $values }
       *[other] has { $count } values: { $values }
    }
trouble-notes = has several notes: { $notes }
trouble-missing = not reported
trouble-last = (last period: { $value })
explained = Explained: “{ $note }”
chart-name = Last { $count } periods: { $values }
choice-conflict = Choose one value; the other stays in the history
choice-notes = Choose one note; the other stays in the history
choice-one = Choose one
entry-by = { $person }, { $machine }, { $time }
asked-overwrite = { $person } changed { $cell } to { $now } at { $time }. Set { $value } all the same?
asked-clear = { $person } changed { $cell } to { $now } at { $time }. Clear it all the same?
asked-note = Somebody changed { $cell } since you opened its note. Save the note “{ $note }” all the same?
asked-set = Set it
asked-leave = Leave it
why-not-column = Only the column of this period can be typed into.
why-not-computed = This cell is computed: { $formula }. Change its sources and it follows.
why-not-others = This cell is reported by { $who }.
said-question = { $cell }: “{ $text }” has two readings. Press F8 to go there, then F2 to choose.
said-cannot-keep = The browser cannot keep what is not saved yet. Do not close this page while cells are unsaved.
said-undo-waits = The cell is being saved; it is undone as soon as that is done.
said-choice-stays = Ctrl Z does not undo a choice between values. The other values are in the cell's history; take one back there.
session-open-work = The program was started anew. Something is still open or unsaved on this page: finish or copy it, then open the page again.
session-reload = Open the page again
said-undone =
    { $count ->
        [one] Undone in 1 cell.
       *[other] Undone in { $count } cells.
    }
said-redone =
    { $count ->
        [one] Done again in 1 cell.
       *[other] Done again in { $count } cells.
    }
said-written = { $count } cells written. Ctrl Z undoes it.
said-skipped =
    { $count ->
        [one] 1 cell that cannot be typed into was skipped.
       *[other] { $count } cells that cannot be typed into were skipped.
    }
said-refused = Not written: { $why } What was typed: { $texts }
said-nothing-to-fill = Select from a cell with a value down to the cells to fill, then press Ctrl D.
said-no-problems = No problem is left.
said-problem = Problem { $at } of { $of }: { $text }

# Pasting and importing
paste-title =
    { $count ->
        [one] Paste 1 cell from Excel
       *[other] Paste { $count } cells from Excel
    }
paste-summary = { $plain } plain{ $asked ->
        [0] {""}
       *[other] , { $asked } with two readings
    }{ $refused ->
        [0] {""}
       *[other] , { $refused } not understood
    }{ $skipped ->
        [0] {""}
       *[other] , { $skipped } that cannot be typed into
    }. Nothing changes before you press Paste.
paste-source = In Excel
paste-cell = Into the cell
paste-reading = Read as
paste-result = Result
paste-choose = Choose one
paste-two = Two readings
paste-left = Left out
paste-leave = Leave out
paste-skipped = Skipped
paste-agrees = Agrees
paste-differs = Differs
paste-fine = Fine
paste-lost = { $count } lines match no cell and are left out:
paste-comma = How is “{ $text }” to be read?
paste-argument = { $argument }, so { $reading } is suggested.
paste-same = Use this for the whole paste
paste-undo = Undo the whole paste with one
paste-open = Some cells still need a choice.
paste-no = Do not paste
paste-do =
    { $count ->
        [one] Paste 1 cell
       *[other] Paste { $count } cells
    }
paste-do-some = Paste { $count } cells, leave { $left }
paste-left-out =
    { $count ->
        [one] 1 cell was left out.
       *[other] { $count } cells were left out.
    }
paste-nothing = There is nothing to paste here.
paste-unreachable = Could not paste: { $why } Nothing has changed.
paste-by-key = Press Ctrl V to paste.
import-title = Import { $file }
import-reading = Reading the file
import-summary = { $changed } cells change, { $unchanged } stay, { $left } are left out.
import-found = In the file
import-before = Now
import-after = Becomes
import-nothing-yet = Nothing changes before you press Import.
import-no = Do not import
import-do =
    { $count ->
        [one] Import 1 cell
       *[other] Import { $count } cells
    }
import-done = { $count } cells imported from { $file }.

# Home
home-title = Report, { $period }
home-typing = Being typed
home-submitted = Submission { $count } made
home-closing =
    { $count ->
        [one] 1 day to the closing date and
       *[other] { $count } days to the closing date and
    }
home-closed = The closing date has passed;
home-deadline =
    { $count ->
        [one] 1 day to the deadline
       *[other] { $count } days to the deadline
    }
home-late =
    { $count ->
        [one] 1 day late
       *[other] { $count } days late
    }
home-tasks = To do before submitting
home-order = What blocks most comes first
home-nothing = Nothing is left. The report can be submitted:
home-parts = Our part
home-count = { $filled } of { $of } cells, { $written } of { $sections } sections
home-safe =
    { $count ->
        [one] Nothing is lost. With a network, 1 change goes to the hub by itself. Work on.
       *[other] Nothing is lost. With a network, { $count } changes go to the hub by themselves. Work on.
    }
home-receipt = Latest receipt
home-no-receipt = Nothing has been submitted yet.
part-done = Complete
part-missing = missing
part-wrong = wrong
part-conflict = conflicts
calendar-name = Days until the deadline
calendar-today = Today
calendar-closing = Closing
calendar-deadline = Deadline
task-conflicts =
    { $count ->
        [one] 1 cell with several values
       *[other] { $count } cells with several values
    }
task-invalid =
    { $count ->
        [one] 1 cell not valid
       *[other] { $count } cells not valid
    }
task-broken =
    { $count ->
        [one] 1 rule broken
       *[other] { $count } rules broken
    }
task-missing =
    { $count ->
        [one] 1 cell not reported
       *[other] { $count } cells not reported
    }
task-texts =
    { $count ->
        [one] 1 section not written
       *[other] { $count } sections not written
    }
task-choose = Look and choose
task-mend = Mend
task-type = Go on typing
task-write = Write

# Conflicts
conflicts-count = { $count } to be chosen
conflicts-none = No conflict. When two computers change the same cell or paragraph without contact, both appear here.
conflict-explained = Two computers changed this cell without contact, so all values are kept. Choose one; the other stays in the history and can be taken back. The report cannot be submitted while a conflict is open.
conflict-last = { $period }: { $value }
conflict-choose = Choose { $value }
conflict-choose-note = Choose this note
conflict-chosen = { $cell }: { $value } chosen. The other values stay in the cell's history.
conflict-other = Another value
conflict-because = because
conflict-why = reason (optional)
conflict-use = Use this value

# History
history-title = History of the cell: { $label }
history-report = History of the report, { $period }
history-choose = Select a cell in the table and press Ctrl Shift H to see every value that it had.
history-none = No change yet.
history-no-submission = Nothing has been submitted in this period.
history-typed = First typed
history-changed = Changed from { $before } to { $after }
history-now = Now
history-against = Against { $period }
history-back = Take an earlier value back
history-back-hint = Choose a line, then press Use again. The present value stays in the history; nothing is deleted.
history-reuse = Use the chosen value again
history-reused = { $cell }: set to { $value } again.
submission-number = Submission { $number }

# Text
outline-name = Sections
text-count = { $written } of { $of } sections written
text-none-own = Your unit writes no section in this period.
text-place = Text { $section }
text-two-ways = This paragraph was written in two ways
text-merged = Merged, as it stands in the text
text-keep-merged = Keep the merged one
text-write-own = Write this paragraph anew
text-use-own = Use what was written anew
text-or-edit = Or edit it in the text itself: that chooses.
text-taken-out = (this paragraph was removed)
text-nothing-yet = Nothing written yet
text-settled = Text { $section }: chosen. The other ways stay in the section's history.
text-torn-count =
    { $count ->
        [one] 1 paragraph in two ways
       *[other] { $count } paragraphs in two ways
    }
text-torn-explained = Two people changed one paragraph without having seen each other's words. Both were merged and may not make sense together; nothing is lost. Choose one, keep the merged one, or write it anew. The report cannot be submitted while a conflict is open.
act-show-in-text = Show in the text
task-torn =
    { $count ->
        [one] 1 paragraph in two ways
       *[other] { $count } paragraphs in two ways
    }
submit-text-torn = “{ $title }” has paragraphs that two people changed: { $count }. Open it and choose.
text-choose = Choose this one
text-words =
    { $count ->
        [one] 1 word
       *[other] { $count } words
    }
text-saved = Saved on this computer
text-unsaved = Not saved; this page keeps it and tries again
text-recovered = What was not saved last time has been written.
text-not-recovered = Something typed last time could not be written: { $why } This page still keeps it.
text-drop = Drop what is not saved and take the text of this computer (Ctrl Z brings it back)
text-left-drop = Drop this
text-not-kept = This browser cannot keep what is not saved: do not close the page before it says “Saved on this computer”.
text-side = Beside the text
text-previous = The same section, { $period }
text-no-previous = There is no text of the last period.
text-copy-over = Copy it over
text-version = { $added } words added, { $removed } removed
tab-previous = Last period
guidance = Guidance:
section-others = Written by another unit
section-empty = Not written

# Submitting
submit-title = Submit the report, submission { $number }
submit-first = { $period }: nothing submitted yet.
submit-last = Submission { $number } was signed by { $person }, { $time }.
submit-filled = { $filled } of { $of } cells reported
submit-no-blocking = Nothing keeps the report from being submitted
submit-since = Different from submission { $number }
submit-same = Nothing is different.
submit-text-changed = changed
submit-confirm = Confirm
submit-confirm-hint = The signature belongs to exactly this content. A change after it needs a new submission.
submit-statement = I have read the figures and the text and answer for this report.
submit-do = Sign and make submission { $number }
submit-done = Submission { $number } is signed and stored on this computer.
submit-not-ready = Not ready: { $count } things to settle, listed on the left.
submit-drafts = Not ready: { $count } cells are not valid.
submit-unsaved = Not ready: { $count } cells are not saved yet.
submit-work = Not ready: a text or a note is not saved yet.
submit-row = { $number }, { $label }
submit-row-missing = Not reported: { $place }. Enter it, or press K in that cell if nothing arose.
submit-row-conflict = Several values: { $place }. Open the cell, press F2 and choose one.
submit-row-notes = Several notes: { $place }. Open the cell and choose one.
submit-no-person = Choose your name in the settings before signing.
submit-read-first = Tick the statement above, then sign.
submit-unreachable = The program does not answer; whether the submission was signed is not known. Look at the list of submissions before signing again.
submit-line = With a network { $hub } receives it within seconds and sends a receipt. Without one you can sign too; the date of signing counts, and it is sent by itself.
submit-deadline = Deadline
submit-now = Now
submit-due = Due
submit-left = Left
submit-over = Late by
act-keep-pdf = As PDF
act-keep-docx = As Word
act-keep-xlsx = As Excel
receipt-title = Receipt of submission { $number }
receipt-signer = Signed by
receipt-signed = Signed at
receipt-received = Received by { $hub }
receipt-not-yet = not yet
receipt-code = Code
standing-accepted = Accepted
standing-returned = Returned
standing-received = Received, to be reviewed
standing-here = Signed, to be sent

# Settings
settings-language = Language
settings-theme = Theme
theme-system = System
theme-light = Light
theme-dark = Dark
settings-size = Text size
settings-size-hint = Also with
settings-person = People of this computer
settings-person-hint = The name stands beside each change and under the signature.
settings-person-new = Full name
settings-person-add = Add
settings-machine = This computer
settings-unit = Unit
settings-town = Town

# First start
start-motto = The reports of every unit, in one place
start-step-of = Step { $step } of 3
start-step-1 = Invitation
start-step-1-hint = Paste it or open its file
start-step-2 = Compare six words
start-step-2-hint = Read them out over the telephone
start-step-3 = Name the computer
start-step-3-hint = Then start typing
start-invitation-title = Paste the invitation of the hub
start-invitation-hint = An invitation is a text that the hub’s operator sent you.
start-look = Look at it
start-open-file = Open an invitation file
start-nothing-written = Nothing is written to this computer before the last step.
start-stopped = The six words differ, so nothing was connected. Call who invited you on a number that you know.
start-compare-title = Is this your hub?
start-compare-hint = Call who sent the invitation, on a number that you know, and read these six words out. If they see the same six words, you are connecting to the right place.
start-hub = Hub
start-unit = Your unit
start-role = Role of this computer
role-office = Types and submits a report
role-operator = Reviews and issues
start-expires = Invitation expires
start-words = Six words of the hub
start-or-key = Or read the code
start-same = The same six words, go on
start-differs = Not the same, stop
start-name-title = What are this computer and you called?
start-name-hint = Both names stand beside each figure that you type.
start-machine = Name of the computer
start-machine-example = Counter 2
start-person = Your full name
start-join = Start working
start-joining = Connecting
start-back = Back
start-offline = Without a network you cannot join yet: the first time, this computer must reach the hub once to get the form. After that you can type, change and sign without a network.

# The pages of the report
pages-which = Version:
pages-as-it-stands = As it stands
pages-submission = Submission { $number }, { $time }
pages-draft = Draft
pages-signed = Signed and submitted
pages-number = Page
pages-of = of { $of }
pages-page = Page { $number } of { $of }
pages-zoom = Zoom
pages-zoom-now = Zoom { $zoom }%
pages-smaller = Smaller (key -)
pages-larger = Larger (key +)
pages-region = The report's pages
pages-setting = Setting the pages
pages-drawing = Drawing
pages-not-drawn = Page { $number } could not be drawn.
pages-problems = To be looked at: { $count }
pages-no-problems = Nothing to be looked at.

# What a choice in a conflict makes of what is computed
conflict-effects = If chosen, computed cells:
conflict-effect-none = No computed cell changes.
conflict-effect-open = not computable yet
conflict-effect-was = now { $value }

# The program's window
invitation-not-needed = This computer belongs to { $unit } already; the invitation that was opened is not needed.
kept-as = Kept as { $name }.

# Panels at the side
panel-width = Width of the panel on the right
panel-width-hint = Drag it, or use the arrow keys; double-click for the usual width
act-panel-problems = What needs a look

# Looks of the screens
state-above = { $one } exceeds { $other }
state-below-zero = Computed below zero: { $value }
submit-missing-many = { $count ->
        [one] 1 cell is not reported.
       *[other] { $count } cells are not reported.
    }
submit-missing-hint = Type a figure, or press K on the cell if nothing arose.
pages-at = page { $number }
conflict-you-choose = you choose
history-signed = Signed and submitted, submission { $number }
history-signed-by = { $person } · receipt { $id }
part-left = { $count } to write

# Figures within texts
act-figure = Insert a figure (#)
figure-hint = Code (3.1.1), or a few words of the indicator
figure-empty = no number yet
figure-keys = Arrows choose · Enter inserts · Esc leaves · # once more writes #
