# Moving about
nav-name = Chính
nav-home = Tổng quan
nav-figures = Số liệu
nav-text = Nội dung
nav-conflicts = Mâu thuẫn
nav-history = Lịch sử
nav-pages = Xem báo cáo
nav-submit = Nộp báo cáo
nav-settings = Cài đặt
search-title = Tìm chỉ tiêu, mục, màn hình
search-hint = Tìm chỉ tiêu, mục
search-none = Không thấy “{ $text }”. Thử mã (3.1.2) hoặc một từ ngắn hơn.
period-choose = Kỳ báo cáo:
person-choose = Người dùng:
person-other = Người khác…
conflicts-open = { $count } mâu thuẫn
somebody = Người khác
unnamed = Chưa có tên
you = Bạn
you-are = Bạn ({ $person })
recent = Gần đây
close = Đóng
and = và
or = hoặc
days = { $count } ngày
of-many = { $count } trên { $of }
time-today = { $time } hôm nay
no-periods = Chưa có kỳ báo cáo nào. Khi trung tâm tổng hợp mở kỳ, kỳ đó hiện ở đây.

# Where the data is
line-all-sent = Mọi thay đổi đã tới trung tâm tổng hợp lúc { $time }
line-all-sent-plain = Mọi thay đổi đã tới trung tâm tổng hợp
line-waiting-network = Đã lưu trên máy này; chờ mạng, { $count } thay đổi
line-sending = Đã lưu trên máy này; đang gửi, còn { $count } thay đổi
line-hub-silent = Đã lưu trên máy này; có mạng nhưng trung tâm tổng hợp chưa trả lời, thử lại sau { $seconds } giây
line-hub-silent-plain = Đã lưu trên máy này; có mạng nhưng trung tâm tổng hợp chưa trả lời
line-receiving = Đang nhận { $count } thay đổi từ trung tâm tổng hợp
line-never-joined = Chưa gặp trung tâm tổng hợp lần nào; vẫn nhập được, { $count } thay đổi chờ gửi
line-long-silence = Chưa liên lạc được { $days } ngày; { $count } thay đổi nằm trên máy này
line-revoked = Máy này đã bị thu hồi; vẫn đọc được, không gửi được. Gọi { $hub }
line-refused = Trung tâm tổng hợp từ chối { $count } thay đổi; xem lý do
line-cannot-write = Không ghi được vào ổ đĩa. Đừng tắt máy; xem cách xử lý
line-hub = Trung tâm tổng hợp đang chạy
line-no-node = Chương trình không trả lời; những gì gõ bây giờ chưa được lưu
line-unsaved = Chưa lưu { $count } thay đổi; đang thử lại
line-not-joined = Máy này chưa vào làm việc; chưa có gì để gửi
line-starting = Đang mở
line-details = Dữ liệu đang ở đâu
line-last-contact = Liên lạc với trung tâm tổng hợp
line-contact = Liên lạc với trung tâm tổng hợp lần cuối: { $time }
line-never = chưa lần nào
line-waiting = Thay đổi chờ gửi
line-machine = Máy này
line-key = Mã của máy
line-words = Sáu từ của máy này
peer-same = đã có cùng dữ liệu
peer-talking = đang trao đổi
act-try-now = Thử gửi ngay
sync-done = Trung tâm tổng hợp đã có mọi thay đổi của máy này.
sync-waiting = Còn { $count } thay đổi chờ gửi; chúng nằm trên máy này.
alarm-cannot-write = Không ghi được vào ổ đĩa. Những gì gõ lúc này chưa được lưu; đừng tắt máy. Xóa bớt tệp trên ổ đĩa, chương trình sẽ tự thử lại.
alarm-no-node = Chương trình không trả lời. Những gì gõ lúc này chưa được lưu; trang này giữ lại và tự ghi khi chương trình chạy lại.
no-node-title = Chương trình Hợp Lưu chưa chạy
no-node-hint = Dữ liệu đã lưu vẫn nằm trên máy này. Mở lại chương trình rồi nhấn Thử lại.
act-again = Thử lại
session-title = Trang này cần được mở từ chương trình
session-hint = Mở lại Hợp Lưu từ biểu tượng của nó, hoặc chạy lệnh hopluu open. Dữ liệu trên máy không đổi.
session-unsaved = Trang này còn giữ { $count } thay đổi chưa lưu; chúng tự ghi khi trang được mở lại trên trình duyệt này.

# Figures: columns, filter, keys
col-number = Mã
col-label = Chỉ tiêu
col-unit = ĐVT
col-previous = Kỳ trước
col-before = Kỳ trước nữa
col-change = Thay đổi
col-spark = 5 kỳ
col-state = Trạng thái
filter-name = Hàng hiển thị
filter-own = Ô của đơn vị
filter-all = Cả phụ lục
key-edit = sửa
key-next-problem = vấn đề kế tiếp
hint-count = số nguyên
hint-percent = phần trăm
act-undo = Hoàn tác
act-redo = Làm lại
act-paste = Dán từ Excel
act-import = Nhập tệp
act-nothing-arose = Không phát sinh
act-panel = Ô đang chọn
act-note = Ghi chú
act-open = Mở
act-cell-history = Lịch sử ô
act-show-in-table = Xem trong bảng
menu-name = Việc với ô
menu-edit = Sửa
menu-clear = Xóa về chưa báo cáo
menu-fill = Điền xuống
menu-history = Lịch sử ô
tabs-name = Phụ lục
tab-done = Đã đủ
tab-grave = { $count } vấn đề
tab-missing = { $count } ô chưa báo cáo
status-selected = Đã chọn { $count } ô
status-cells = { $appendix }: { $good } trên { $of } ô hợp lệ
nothing-arose = Không phát sinh
not-applicable = Không thuộc thẩm quyền
offer-nothing = Enter để ghi
offer-not-applicable = Gõ: không thuộc thẩm quyền: lý do
yes = Có
no = Không
empty-value = trống
no-value = Chưa có

# Figures: states
state-missing = Chưa báo cáo
state-here = Đã lưu trên máy này
state-hub = { $hub } đã nhận
state-saving = Đang lưu
state-unsaved = Chưa lưu; đang thử lại
state-invalid = Chưa hợp lệ; mới chỉ nằm trên máy này
state-two-readings = Hiểu theo hai cách; nhấn F2 để chọn
state-misfit = Không hợp với biểu mẫu mới; nhập lại
state-conflict =
    { $count ->
        [2] Mâu thuẫn: hai giá trị
       *[other] Mâu thuẫn: { $count } giá trị
    }
state-notes = Mâu thuẫn: hai ghi chú
state-computed = Tự tính: { $formula }
state-computed-plain = Tự tính
state-others = { $who } báo cáo
waiting = chờ số liệu
waiting-for = chờ mục { $cells }
many-values = { $count } giá trị
spoken-conflict = { $values }, nhấn F2 để chọn
spoken-value-of = { $value } của { $person }
spoken-last = kỳ trước { $value }
legend = Ký hiệu trong bảng
legend-here = Đã lưu trên máy này, chờ gửi
legend-conflict = Mâu thuẫn, cần chọn
legend-invalid = Chưa hợp lệ
legend-locked = Đã khóa; lý do ở cột Trạng thái

# Figures: panel and problems
inspector-name = Ô đang chọn
cell-place = { $appendix }, mục { $cell }
fact-value = Giá trị
fact-who = Người nhập
fact-formula = Cách tính
fact-reporters = Ai báo cáo
note-is = Ghi chú: “{ $note }”
note-title = Ghi chú của ô { $cell }
note-hint = Lãnh đạo và trung tâm tổng hợp đọc được ghi chú này.
note-save = Lưu ghi chú
note-drop = Không lưu
troubles = Vấn đề
no-troubles = Không có vấn đề nào trong phụ lục này.
trouble-conflict =
    { $count ->
        [2] có hai giá trị: { $values }
       *[other] có { $count } giá trị: { $values }
    }
trouble-notes = có nhiều ghi chú: { $notes }
trouble-missing = chưa báo cáo
trouble-last = (kỳ trước: { $value })
explained = Giải trình: “{ $note }”
chart-name = { $count } kỳ gần nhất: { $values }
choice-conflict = Chọn một giá trị; giá trị kia vẫn nằm trong lịch sử
choice-notes = Chọn một ghi chú; ghi chú kia vẫn nằm trong lịch sử
choice-one = Chọn một
entry-by = { $person }, { $machine }, { $time }
asked-overwrite = { $person } đã sửa mục { $cell } thành { $now } lúc { $time }. Vẫn đặt { $value }?
asked-clear = { $person } đã sửa mục { $cell } thành { $now } lúc { $time }. Vẫn xóa?
asked-note = Mục { $cell } đã được người khác sửa từ khi mở ghi chú. Vẫn lưu ghi chú “{ $note }”?
asked-set = Vẫn đặt
asked-leave = Để nguyên
why-not-column = Chỉ cột của kỳ này nhập được.
why-not-computed = Ô này tự tính: { $formula }. Sửa ô nguồn thì số ở đây tự đổi.
why-not-others = Ô này do { $who } báo cáo.
said-question = Mục { $cell }: “{ $text }” hiểu được theo hai cách. Nhấn F8 tới ô đó rồi F2 để chọn.
said-cannot-keep = Trình duyệt không giữ được những gì chưa lưu. Đừng đóng trang này khi còn ô chưa lưu.
said-undo-waits = Ô vừa gõ đang được lưu; sẽ hoàn tác ngay khi lưu xong.
said-choice-stays = Việc chọn giữa các giá trị không hoàn tác được bằng Ctrl Z. Các giá trị kia nằm trong lịch sử ô, lấy lại ở đó.
session-open-work = Chương trình đã khởi động lại. Trang này còn việc đang mở hoặc chưa lưu: sao chép hoặc gõ xong, rồi mở lại trang.
session-reload = Mở lại trang
said-undone = Đã hoàn tác { $count } ô.
said-redone = Đã làm lại { $count } ô.
said-written = Đã ghi { $count } ô. Ctrl Z để hoàn tác.
said-skipped = Bỏ qua { $count } ô không nhập được.
said-refused = Chưa ghi được: { $why } Những gì đã gõ: { $texts }
said-nothing-to-fill = Chọn từ ô có số xuống các ô cần điền, rồi nhấn Ctrl D.
said-no-problems = Không còn vấn đề nào.
said-problem = Vấn đề { $at } trên { $of }: { $text }

# Pasting and importing
paste-title = Dán { $count } ô từ Excel
paste-summary = { $plain } ô rõ ràng{ $asked ->
        [0] {""}
       *[other] , { $asked } ô hiểu được theo hai cách
    }{ $refused ->
        [0] {""}
       *[other] , { $refused } ô chưa hiểu
    }{ $skipped ->
        [0] {""}
       *[other] , { $skipped } ô không nhập được
    }. Chưa có gì thay đổi cho tới khi bạn nhấn Dán.
paste-source = Trong Excel
paste-cell = Vào ô
paste-reading = Hiểu là
paste-result = Kết quả
paste-choose = Chọn một cách
paste-two = Hiểu theo hai cách
paste-left = Để lại
paste-leave = Bỏ qua
paste-skipped = Bỏ qua
paste-agrees = Khớp
paste-differs = Khác
paste-fine = Được
paste-lost = { $count } dòng không khớp ô nào và sẽ không dán:
paste-comma = “{ $text }” nên hiểu cách nào?
paste-argument = { $argument }, nên máy gợi ý { $reading }.
paste-same = Dùng cách này cho cả lần dán
paste-undo = Hoàn tác cả lần dán bằng một lần
paste-open = Còn ô chưa chọn cách hiểu.
paste-no = Không dán
paste-do = Dán { $count } ô
paste-do-some = Dán { $count } ô, để lại { $left } ô
paste-left-out = Đã để lại { $count } ô, không dán.
paste-nothing = Không có gì để dán vào đây.
paste-unreachable = Chưa dán được: { $why } Chưa có gì thay đổi.
paste-by-key = Nhấn Ctrl V để dán.
import-title = Nhập tệp { $file }
import-reading = Đang đọc tệp
import-summary = { $changed } ô sẽ đổi, { $unchanged } ô giữ nguyên, { $left } chỗ không nhập.
import-found = Trong tệp
import-before = Đang có
import-after = Sẽ là
import-nothing-yet = Chưa có gì thay đổi cho tới khi bạn nhấn Nhập.
import-no = Không nhập
import-do = Nhập { $count } ô
import-done = Đã nhập { $count } ô từ tệp { $file }.

# Home
home-title = Báo cáo { $period }
home-typing = Đang nhập
home-submitted = Đã nộp lần { $count }
home-closing = Còn { $count } ngày đến ngày chốt số và
home-closed = Đã qua ngày chốt số;
home-deadline = { $count } ngày đến hạn nộp
home-late = Đã quá hạn { $count } ngày
home-tasks = Cần làm trước khi nộp
home-order = Xếp theo việc gây vướng nhiều nhất
home-nothing = Không còn việc gì. Có thể nộp báo cáo:
home-parts = Phần của đơn vị
home-count = { $filled } trên { $of } ô số liệu, { $written } trên { $sections } mục nội dung
home-safe = Không mất gì cả. Khi có mạng, { $count } thay đổi tự gửi về trung tâm tổng hợp. Bạn cứ làm tiếp.
home-receipt = Biên nhận gần nhất
home-no-receipt = Chưa nộp lần nào.
part-done = Đã đủ
part-missing = thiếu
part-wrong = sai
part-conflict = mâu thuẫn
calendar-name = Các ngày đến hạn nộp
calendar-today = Hôm nay
calendar-closing = Chốt số
calendar-deadline = Hạn nộp
task-conflicts = { $count } ô có nhiều giá trị
task-invalid = { $count } ô chưa hợp lệ
task-broken = { $count } chỗ sai quy tắc
task-missing = { $count } ô chưa báo cáo
task-texts = { $count } mục nội dung chưa viết
task-choose = Xem và chọn
task-mend = Sửa ô
task-type = Nhập tiếp
task-write = Viết

# Conflicts
conflicts-count = { $count } chờ chọn
conflicts-none = Không có mâu thuẫn. Khi hai máy sửa cùng một ô hay một đoạn mà chưa liên lạc được với nhau, cả hai sẽ hiện ở đây.
conflict-explained = Hai máy cùng sửa ô này khi chưa liên lạc được với nhau, nên các giá trị đều được giữ. Chọn một giá trị; giá trị kia vẫn nằm trong lịch sử và có thể lấy lại. Báo cáo chưa nộp được khi còn mâu thuẫn.
conflict-last = { $period }: { $value }
conflict-choose = Chọn { $value }
conflict-choose-note = Chọn ghi chú này
conflict-chosen = Mục { $cell }: đã chọn { $value }. Các giá trị kia vẫn nằm trong lịch sử ô.
conflict-other = Giá trị khác
conflict-because = vì
conflict-why = lý do (không bắt buộc)
conflict-use = Dùng giá trị này

# History
history-title = Lịch sử ô: { $label }
history-report = Lịch sử báo cáo { $period }
history-choose = Chọn một ô trong bảng rồi nhấn Ctrl Shift H để xem mọi giá trị ô ấy đã có.
history-none = Chưa có thay đổi nào.
history-no-submission = Chưa nộp lần nào trong kỳ này.
history-typed = Nhập lần đầu
history-changed = Sửa từ { $before } thành { $after }
history-now = Hiện nay
history-against = So với { $period }
history-back = Lấy lại một giá trị cũ
history-back-hint = Chọn một dòng rồi nhấn Dùng lại. Giá trị hiện nay vẫn nằm trong lịch sử; không có gì bị xóa.
history-reuse = Dùng lại giá trị đã chọn
history-reused = Mục { $cell }: đã đặt lại { $value }.
submission-number = Lần { $number }

# Text
outline-name = Các mục nội dung
text-count = { $written } trên { $of } mục của đơn vị đã viết
text-none-own = Đơn vị không phải viết mục nào trong kỳ này.
text-place = Nội dung { $section }
text-two-ways = Đoạn này có hai cách viết
text-merged = Đoạn đã gộp, hiện có trong nội dung
text-keep-merged = Giữ đoạn đã gộp
text-write-own = Viết lại đoạn này
text-use-own = Dùng đoạn viết lại
text-or-edit = Hoặc sửa thẳng trong nội dung: sửa xong là đã chọn.
text-taken-out = (đoạn này đã bị xóa)
text-nothing-yet = Chưa viết gì
text-settled = Nội dung { $section }: đã chọn. Các cách viết kia vẫn nằm trong lịch sử của mục.
text-torn-count = { $count } đoạn có hai cách viết
text-torn-explained = Hai người cùng sửa một đoạn khi chưa thấy phần sửa của nhau. Hai phần đã được gộp nên có thể đọc không thông; không phần nào bị mất. Chọn một cách viết, giữ đoạn đã gộp, hoặc viết lại. Báo cáo chưa nộp được khi còn mâu thuẫn.
act-show-in-text = Xem trong nội dung
task-torn = { $count } đoạn có hai cách viết
submit-text-torn = Mục “{ $title }” có { $count } đoạn do hai người cùng sửa. Mở và chọn cách viết.
text-choose = Chọn đoạn này
text-words = { $count } từ
text-saved = Đã lưu trên máy này
text-unsaved = Chưa lưu; trang này giữ lại và đang thử lại
text-recovered = Phần nội dung chưa kịp lưu lần trước đã được ghi.
text-not-recovered = Còn phần nội dung lần trước chưa ghi được: { $why } Trang này vẫn giữ.
text-drop = Bỏ phần chưa lưu, lấy nội dung trên máy này (Ctrl Z đưa lại)
text-left-drop = Bỏ đoạn này
text-not-kept = Trình duyệt không giữ được phần chưa lưu: xin đừng đóng trang trước khi thấy “Đã lưu trên máy này”.
text-side = Bên cạnh nội dung
text-previous = Cùng mục này, { $period }
text-no-previous = Chưa có nội dung kỳ trước.
text-copy-over = Chép đoạn này sang
text-version = thêm { $added } từ, bớt { $removed } từ
tab-previous = Kỳ trước
guidance = Hướng dẫn:
section-others = Đơn vị khác viết
section-empty = Chưa viết

# Submitting
submit-title = Nộp báo cáo, lần { $number }
submit-first = { $period }: chưa nộp lần nào.
submit-last = Lần { $number } do { $person } ký lúc { $time }.
submit-filled = { $filled } trên { $of } ô số liệu đã báo cáo
submit-no-blocking = Không còn gì cản việc nộp
submit-since = Khác với lần { $number }
submit-same = Không có gì khác.
submit-text-changed = đã sửa
submit-confirm = Xác nhận
submit-confirm-hint = Chữ ký gắn với đúng nội dung này. Sửa sau khi ký phải nộp lần mới.
submit-statement = Tôi đã xem số liệu, nội dung và chịu trách nhiệm về báo cáo này.
submit-do = Ký và nộp lần { $number }
submit-done = Lần nộp { $number } đã ký và lưu trên máy này.
submit-not-ready = Chưa nộp được: còn { $count } chỗ phải xử lý, liệt kê bên trái.
submit-drafts = Chưa nộp được: còn { $count } ô chưa hợp lệ.
submit-unsaved = Chưa nộp được: { $count } ô chưa lưu xong.
submit-work = Chưa nộp được: còn nội dung hoặc ghi chú chưa lưu xong.
submit-row = mục { $number }, { $label }
submit-row-missing = Chưa báo cáo: { $place }. Nhập số, hoặc nhấn K ở ô ấy nếu không phát sinh.
submit-row-conflict = Có nhiều giá trị: { $place }. Mở ô, nhấn F2 và chọn một giá trị.
submit-row-notes = Có nhiều ghi chú khác nhau: { $place }. Mở ô và chọn một ghi chú.
submit-no-person = Chọn tên của bạn trong Cài đặt trước khi ký.
submit-read-first = Đánh dấu ô xác nhận ở trên rồi ký.
submit-unreachable = Chương trình không trả lời; chưa rõ lần nộp đã được ký chưa. Xem lại danh sách lần nộp trước khi ký lại.
submit-line = Có mạng: { $hub } nhận trong vài giây và trả biên nhận. Mất mạng vẫn ký được; ngày nộp tính theo lúc ký, máy tự gửi khi có mạng.
submit-deadline = Hạn nộp
submit-now = Bây giờ
submit-due = Hạn
submit-left = Còn
submit-over = Quá hạn
act-keep-pdf = Bản PDF
act-keep-docx = Bản Word
act-keep-xlsx = Bản Excel
receipt-title = Biên nhận lần nộp { $number }
receipt-signer = Người ký
receipt-signed = Ký lúc
receipt-received = { $hub } nhận
receipt-not-yet = chưa
receipt-code = Mã
standing-accepted = Đã chấp nhận
standing-returned = Bị trả lại
standing-received = Đã nhận, chờ xem xét
standing-here = Đã ký, chờ gửi

# Settings
settings-language = Ngôn ngữ
settings-theme = Màu nền
theme-system = Theo máy
theme-light = Sáng
theme-dark = Tối
settings-size = Cỡ chữ
settings-size-hint = Cũng đổi được bằng
settings-person = Người dùng máy này
settings-person-hint = Tên này ghi cạnh mỗi thay đổi và dưới chữ ký.
settings-person-new = Họ và tên
settings-person-add = Thêm
settings-machine = Máy này
settings-unit = Đơn vị
settings-town = Nơi

# First start
start-motto = Báo cáo của mọi đơn vị, về một nơi
start-step-of = Bước { $step } trên 3
start-step-1 = Lời mời
start-step-1-hint = Dán lời mời hoặc mở tệp
start-step-2 = So khớp sáu từ
start-step-2-hint = Đọc sáu từ qua điện thoại
start-step-3 = Đặt tên máy
start-step-3-hint = Rồi bắt đầu nhập
start-invitation-title = Dán lời mời của trung tâm tổng hợp
start-invitation-hint = Lời mời là một đoạn chữ mà người phụ trách ở trung tâm tổng hợp gửi cho bạn.
start-look = Xem lời mời
start-open-file = Mở tệp lời mời
start-nothing-written = Chưa có gì được ghi vào máy cho tới bước cuối.
start-stopped = Sáu từ không khớp nên máy chưa kết nối với ai. Gọi lại người gửi lời mời bằng số điện thoại bạn vẫn dùng.
start-compare-title = Đây có đúng là trung tâm tổng hợp của bạn không?
start-compare-hint = Gọi cho người gửi lời mời, bằng số điện thoại bạn vẫn dùng, và đọc sáu từ dưới đây. Nếu người đó thấy đúng sáu từ ấy, bạn đang kết nối đúng nơi.
start-hub = Trung tâm tổng hợp
start-unit = Đơn vị của bạn
start-role = Vai trò của máy này
role-office = Nhập liệu và nộp báo cáo
role-operator = Thẩm định và phát hành
start-expires = Lời mời hết hạn
start-words = Sáu từ của trung tâm tổng hợp
start-or-key = Hoặc đọc mã
start-same = Đúng sáu từ, tiếp tục
start-differs = Không đúng, dừng lại
start-name-title = Máy này và bạn tên gì?
start-name-hint = Hai tên này ghi cạnh mỗi số bạn nhập.
start-machine = Tên máy
start-machine-example = máy Quầy 2
start-person = Họ và tên của bạn
start-join = Vào làm việc
start-joining = Đang kết nối
start-back = Quay lại
start-offline = Chưa có mạng thì chưa vào được: lần đầu máy phải liên lạc với trung tâm tổng hợp một lần để lấy biểu mẫu. Sau đó mất mạng vẫn nhập, sửa và ký nộp được.

# The pages of the report
pages-which = Bản:
pages-as-it-stands = Bản đang soạn
pages-submission = Lần nộp { $number }, { $time }
pages-draft = Dự thảo
pages-signed = Đã ký nộp
pages-number = Trang
pages-of = trên { $of }
pages-page = Trang { $number } trên { $of }
pages-zoom = Mức thu phóng
pages-zoom-now = Mức thu phóng { $zoom }%
pages-smaller = Thu nhỏ (phím -)
pages-larger = Phóng to (phím +)
pages-region = Các trang của báo cáo
pages-setting = Đang dàn trang
pages-drawing = Đang vẽ
pages-not-drawn = Chưa vẽ được trang { $number }.
pages-problems = Cần xem lại: { $count }
pages-no-problems = Không có gì cần xem lại.

# What a choice in a conflict makes of what is computed
conflict-effects = Nếu chọn, các ô tự tính:
conflict-effect-none = Không đổi ô tự tính nào.
conflict-effect-open = chưa tính được
conflict-effect-was = đang là { $value }

# The program's window
invitation-not-needed = Máy này đã vào { $unit } rồi nên không cần lời mời vừa mở.
kept-as = Đã lưu tệp { $name }.

# Panels at the side
panel-width = Độ rộng của khung bên phải
panel-width-hint = Kéo, hoặc dùng phím mũi tên; nhấn đúp để về cỡ thường
act-panel-problems = Những chỗ cần xem lại

# Looks of the screens
state-above = { $one } lớn hơn { $other }
state-below-zero = Tính ra số âm: { $value }
submit-missing-many = { $count } ô chưa báo cáo.
submit-missing-hint = Nhập số, hoặc nhấn K ở ô ấy nếu không phát sinh.
pages-at = trang { $number }
conflict-you-choose = bạn chọn
history-signed = Ký và nộp lần { $number }
history-signed-by = { $person } · Biên nhận { $id }
part-left = còn { $count } mục

# Số liệu trong nội dung
act-figure = Chèn số liệu (#)
figure-hint = Mã (3.1.1) hoặc vài chữ của chỉ tiêu
figure-empty = chưa có số
figure-keys = Mũi tên để chọn · Enter chèn · Esc thôi · gõ # lần nữa để viết dấu #
