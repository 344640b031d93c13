# Những gì chương trình nói với người dùng. Khóa là mã của lỗi (xem node/src/problem) hoặc của dòng lệnh.
# Chương trình đặt sẵn vị trí (tệp, trang tính, dòng, mã chỉ tiêu) trước nội dung, nên ở đây không nhắc lại.

## Vị trí trong tệp

place-sheet = trang tính “{ $sheet }”
place-cell = ô { $cell }
place-line = dòng { $line }

## Giá trị nhập vào ô số liệu

value-above-hundred = Tỷ lệ { $value }% lớn hơn 100%. Đề nghị kiểm tra lại số liệu.
value-ambiguous = “{ $text }” có thể hiểu theo hai cách. Nếu dấu “.” hoặc “,” phân cách hàng nghìn, đề nghị nhập { $first }; nếu là dấu thập phân, đề nghị nhập { $second }.
value-ambiguous-too-fine = “{ $text }” có thể là { $first }, hoặc một số có nhiều hơn { $allowed } chữ số thập phân mà ô này không nhận. Nếu dấu “.” hoặc “,” phân cách hàng nghìn, đề nghị nhập { $first }; nếu là dấu thập phân, đề nghị làm tròn rồi nhập.
value-authority-unmarked = “{ $text }” không phải là số. Nếu chỉ tiêu này không thuộc thẩm quyền của đơn vị, đề nghị nhập “kad: { $text }”.
value-english = “{ $text }” là cách viết số thập phân của tiếng Anh. Nếu đúng là { $reading } thì đề nghị nhập { $reading }.
value-nothing-or-zero = “{ $text }” có thể là số 0 hoặc không phát sinh. Đề nghị nhập 0, hoặc “kps” nếu không phát sinh.
value-derived = Ô số liệu này do hệ thống tự tính từ các chỉ tiêu khác, không nhập trực tiếp. Đề nghị nhập các chỉ tiêu thành phần.
value-empty = Chưa có giá trị. Đề nghị nhập số liệu, hoặc “kps” nếu không phát sinh.
value-heading = Dòng này là tiêu đề, không có số liệu. Đề nghị nhập vào các chỉ tiêu bên dưới.
value-negative = Chỉ tiêu này không nhận số âm ({ $value }). Đề nghị kiểm tra lại số liệu.
value-not-a-choice = “{ $text }” không có trong danh sách lựa chọn. Đề nghị nhập một trong các giá trị: { $choices }.
value-not-a-flag = “{ $text }” không phải là câu trả lời có hoặc không. Đề nghị nhập “có” hoặc “không”.
value-not-a-number = “{ $text }” không phải là số. Đề nghị chỉ nhập chữ số, ví dụ 1304 hoặc 17,11; nhập “kps” nếu không phát sinh.
value-outside-authority = Chỉ tiêu này không thuộc thẩm quyền báo cáo của cấp này: { $reason }. Không cần nhập số liệu.
value-reason-missing = Chưa nêu lý do không áp dụng. Đề nghị nhập theo mẫu “kad: lý do”.
value-reason-not-plain = Lý do “{ $text }” có ký tự xuống dòng hoặc ký tự không hợp lệ. Đề nghị viết lại trên một dòng.
value-reason-too-long = Lý do dài { $chars } ký tự, tối đa { $limit } ký tự. Đề nghị rút gọn.
value-too-large = Số “{ $text }” quá lớn hoặc có quá nhiều chữ số thập phân nên không lưu chính xác được. Đề nghị kiểm tra lại.
value-too-long = Nội dung nhập quá dài ({ $bytes } byte). Đề nghị chỉ nhập giá trị của ô số liệu; phần diễn giải ghi vào cột Ghi chú.
value-too-many-decimals = { $value } { $allowed ->
        [0] là số thập phân, trong khi ô này chỉ nhận số nguyên
       *[other] có nhiều hơn { $allowed } chữ số thập phân
    }. Hệ thống không tự làm tròn; đề nghị làm tròn số liệu trước khi nhập.
value-wrong-kind = Loại giá trị không phù hợp: chỉ tiêu này cần { $expected ->
        [choice] một lựa chọn trong danh sách
        [flag] có hoặc không
       *[number] một số
    }, giá trị đã cho là { $found ->
        [choice] một lựa chọn
        [flag] có hoặc không
        [not-applicable] không áp dụng
        [nothing-arose] không phát sinh
       *[number] một số
    }. Đề nghị nhập lại.

value-decode-choice = Giá trị lưu trong báo cáo không đọc được (lựa chọn). Đề nghị nhập lại ô số liệu này.
value-decode-flag = Giá trị lưu trong báo cáo không đọc được (có hoặc không). Đề nghị nhập lại ô số liệu này.
value-decode-nothing-arose = Giá trị lưu trong báo cáo không đọc được (không phát sinh). Đề nghị nhập lại ô số liệu này.
value-decode-number = Giá trị lưu trong báo cáo không đọc được (số). Đề nghị nhập lại ô số liệu này.
value-decode-reason = Giá trị lưu trong báo cáo không đọc được (lý do không áp dụng). Đề nghị nhập lại ô số liệu này.
value-decode-unknown-form = Giá trị lưu trong báo cáo không đọc được. Đề nghị nhập lại ô số liệu này, hoặc cập nhật chương trình nếu nút khác đang dùng bản mới hơn.

## Chỉ tiêu, mục, đơn vị, kỳ báo cáo

date-invalid = “{ $text }” không phải là ngày. Đề nghị viết theo mẫu năm-tháng-ngày, ví dụ 2023-03-14.
id-invalid = “{ $text }” không phải là { $kind ->
        [appendix-id] mã phụ lục
        [document-id] mã tài liệu
        [indicator-id] mã chỉ tiêu
        [period] kỳ báo cáo (ví dụ 2023-q1, 2023-6m, 2023-9m, 2023-y)
        [section-id] mã mục
        [template-reference] biểu mẫu kèm phiên bản (ví dụ cchc-quarterly@1)
        [unit-code] mã đơn vị
        [unit-kind] loại đơn vị
       *[other] mã hợp lệ
    }. Mã chỉ gồm chữ thường không dấu, chữ số và các dấu . - _; đề nghị kiểm tra lại.
indicator-not-typed = Chỉ tiêu { $indicator } là tiêu đề hoặc do hệ thống tự tính, không nhập trực tiếp. Đề nghị nhập các chỉ tiêu thành phần.
indicator-not-yours = Chỉ tiêu { $indicator } không do đơn vị này báo cáo (đơn vị báo cáo: { $reporters }). Đề nghị kiểm tra lại mã chỉ tiêu.
indicator-unknown = Biểu mẫu không có chỉ tiêu “{ $indicator }”. Đề nghị kiểm tra lại mã; lệnh “hopluu get KỲ” liệt kê các chỉ tiêu của đơn vị.
note-too-long = Ghi chú dài { $chars } ký tự, tối đa { $limit } ký tự. Đề nghị rút gọn.
period-beyond-calendar = Không tính được hạn nộp của kỳ { $period }: năm quá lớn. Đề nghị kiểm tra lại kỳ báo cáo.
period-locked = Kỳ báo cáo { $period } đã khóa: { $reason }. Nếu cần sửa, đề nghị liên hệ trung tâm tổng hợp để mở khóa.
period-no-such-day = Quy tắc kỳ báo cáo của biểu mẫu dẫn đến một ngày không tồn tại ({ $day }/{ $month }/{ $year }) trong kỳ { $period }. Đề nghị người quản trị sửa biểu mẫu.
period-unknown = Không có kỳ báo cáo { $period }. Các kỳ hiện có: { $known }.
section-not-yours = Đơn vị này không viết nội dung mục { $section }. Đề nghị kiểm tra lại mã mục.
section-unknown = Đề cương không có mục { $section }. Đề nghị kiểm tra lại mã mục, ví dụ ii.2.c.
text-too-long = Nội dung dài { $bytes } byte, tối đa { $limit } byte cho mỗi mục. Đề nghị rút gọn.
unit-not-yours = Nút này không được xem báo cáo của đơn vị { $unit }. Chỉ trung tâm tổng hợp xem được báo cáo của đơn vị khác.
unit-unknown = Không có đơn vị mang mã { $unit } trong danh sách đơn vị. Đề nghị kiểm tra lại mã đơn vị.

## Nút, trung tâm tổng hợp, đồng bộ

already-a-member = Máy này giữ báo cáo của đơn vị { $unit }, còn lời mời dành cho đơn vị { $other }. Chưa có gì thay đổi. Nếu máy này phải làm việc cho đơn vị { $other }, đề nghị dùng một thư mục dữ liệu khác (--data) và chạy lại lệnh; nếu lời mời cấp nhầm đơn vị, đề nghị xin trung tâm tổng hợp lời mời cho đơn vị { $unit }.
hub-only = Việc này chỉ thực hiện được tại trung tâm tổng hợp; chưa có gì thay đổi. Đề nghị liên hệ chuyên viên tổng hợp.
internal = Chương trình gặp lỗi nội bộ. Đề nghị thử lại; nếu lỗi lặp lại, gửi nhật ký của chương trình cho người hỗ trợ kỹ thuật.
no-node = Thư mục { $path } chưa có dữ liệu của nút. Nếu là máy của đơn vị, đề nghị xin trung tâm tổng hợp lời mời rồi chạy “hopluu join LỜI-MỜI”; nếu là trung tâm tổng hợp, chạy “hopluu init --hub --town TỆP”. Nếu dữ liệu nằm ở thư mục khác, đề nghị chỉ định thư mục đó bằng --data.
node-stopping = Nút đang dừng nên không nhận yêu cầu mới. Đề nghị chạy lại chương trình rồi thử lại.
not-a-member = Máy này chưa thuộc đơn vị nào. Đề nghị xin trung tâm tổng hợp lời mời (tại trung tâm: “hopluu invite ĐƠN-VỊ”) rồi chạy “hopluu join LỜI-MỜI”.
not-arrived = Dữ liệu này chưa về đến nút ({ $doc }). Đề nghị đồng bộ với trung tâm tổng hợp (“hopluu sync”) rồi thử lại.
sync-at-hub = Máy này là trung tâm tổng hợp nên không có nơi để đồng bộ lên: các đơn vị tự đồng bộ với nó. Đề nghị chạy “hopluu serve” để các đơn vị kết nối.
serve-failed = Không mở được cổng nội bộ trên máy này: { $what }. Đề nghị kiểm tra phần mềm tường lửa rồi chạy lại.
data-dir-unusable = Không dùng được thư mục dữ liệu { $path }: { $what }. Đề nghị kiểm tra quyền ghi, hoặc chọn thư mục khác bằng --data.

demo-dir-used = Thư mục { $path } đã có dữ liệu không phải của bản chạy thử nên chưa ghi gì vào đó. Đề nghị chọn một thư mục trống cho --keep.
file-unreadable = { $kind ->
        [directory] Đây là một thư mục, không phải tệp. Đề nghị kiểm tra tên tệp.
        [forbidden] Không được phép đọc tệp này. Đề nghị kiểm tra quyền truy cập.
        [missing] Không có tệp này. Đề nghị kiểm tra tên tệp và thư mục.
       *[other] Không đọc được tệp: { $what }. Đề nghị kiểm tra tên tệp và quyền truy cập.
    }
listen-address = “{ $address }” không phải là địa chỉ để nhận kết nối. Đề nghị viết địa chỉ IP và cổng, ví dụ 0.0.0.0:4433.
no-data-dir = Máy này không có thư mục riêng của người dùng để lưu dữ liệu. Đề nghị chỉ định thư mục bằng --data.
node-exists = Thư mục { $path } đã có một nút; không có gì thay đổi. Đề nghị xem nút đó bằng “hopluu status”. Để tạo nút khác, chọn thư mục khác bằng --data.
out-unwritable = Không ghi được { $path }: { $what }. Đề nghị kiểm tra quyền ghi và dung lượng ổ đĩa, hoặc chọn nơi khác bằng --out.
request-refused = Chương trình “hopluu serve” đang chạy không hiểu yêu cầu này: { $what }. Không có gì thay đổi. Đề nghị dừng “hopluu serve” rồi chạy lại bằng cùng phiên bản chương trình với lệnh này.
serve-unreachable = Chương trình “hopluu serve” trên máy này không trả lời: { $what }. Đề nghị xem cửa sổ đang chạy “hopluu serve”; nếu nó không phản ứng thì dừng rồi chạy lại. Những gì đã báo là đã lưu vẫn còn.
sync-incomplete = Chưa đồng bộ xong; số thay đổi trung tâm tổng hợp chưa xác nhận: { $count }. Các thay đổi này vẫn an toàn trên máy và được gửi lại ở lần đồng bộ sau.

key-file-damaged = Tệp khóa { $path } bị hỏng, nên nút không mở được; số liệu trong thư mục vẫn còn nguyên. Đề nghị chép lại tệp này từ bản sao lưu. Nếu không có bản sao lưu: chuyển tệp hỏng đi nơi khác; tại đơn vị, xin lời mời mới rồi chạy “hopluu join LỜI-MỜI” ngay trong thư mục này (số liệu được giữ lại); tại trung tâm tổng hợp, chạy “hopluu new-key”.
key-file-no-randomness = Hệ điều hành không cung cấp được số ngẫu nhiên để tạo khóa: { $what }. Đề nghị khởi động lại máy rồi thử lại.
key-file-unreadable = Không đọc được tệp khóa { $path }: { $what }. Đề nghị kiểm tra quyền truy cập tệp.
key-file-unwritable = Không ghi được tệp khóa { $path }: { $what }. Đề nghị kiểm tra quyền ghi và dung lượng ổ đĩa.

store-damaged = Kho dữ liệu của nút bị hỏng: { $what }. Đề nghị không xóa: chương trình để riêng kho hỏng, lấy ra những gì còn đọc được và nhận phần còn lại từ trung tâm tổng hợp. Đề nghị thực hiện lại sau giây lát; nếu vẫn báo như vậy, chạy lại chương trình.
store-format-newer = Kho dữ liệu có định dạng { $found }, mới hơn định dạng { $known } mà chương trình đọc được. Đề nghị cập nhật chương trình.
store-full = Ổ đĩa đã đầy, dữ liệu chưa được lưu. Đề nghị giải phóng dung lượng rồi thực hiện lại.
store-in-use = Kho dữ liệu đang được một tiến trình khác sử dụng (mã tiến trình: { $by }). Nếu đó là “hopluu serve” hoặc cửa sổ chương trình đang chạy thì không cần chạy thêm. Nếu không, đề nghị đóng tiến trình đó, hoặc chọn thư mục khác bằng --data.
store-io = Không đọc hoặc ghi được kho dữ liệu: { $what }. Đề nghị kiểm tra ổ đĩa và quyền truy cập thư mục dữ liệu.
store-lies-aside = Có kho dữ liệu bị hỏng để riêng tại { $path }. Những gì còn đọc được đã được lấy ra, phần còn lại nhận từ trung tâm tổng hợp khi đồng bộ. Chỉ xóa khi người hỗ trợ kỹ thuật đồng ý.
store-poisoned = Một lần ghi trước đó không thành công ({ $what }). Những gì đã báo là đã lưu vẫn còn nguyên; phần đang lưu lúc đó có thể chưa có. Kho dữ liệu sẽ được mở lại ở yêu cầu tiếp theo: đề nghị thực hiện lại. Nếu lỗi lặp lại, kiểm tra ổ đĩa và dung lượng trống rồi chạy lại chương trình.
store-read-only = Kho dữ liệu chỉ cho đọc: { $what }. Đề nghị cấp quyền ghi cho thư mục dữ liệu rồi thực hiện lại.
store-refused = Kho dữ liệu từ chối lần ghi vì trái với dữ liệu đã lưu: { $what }. Đây là lỗi của chương trình; đề nghị báo người hỗ trợ kỹ thuật.
store-set-aside = Kho dữ liệu của nút bị hỏng, đã được chuyển sang { $path } và thay bằng kho mới; không có gì bị xóa. Mọi dữ liệu còn đọc được đều được lấy lại.
store-unreadable = Không đọc được kho dữ liệu bị hỏng tại { $path }: { $what }. Dữ liệu đã có ở trung tâm tổng hợp sẽ được nhận lại khi đồng bộ.

# A damaged store
store-gone = Kho dữ liệu { $path } không còn, nên chương trình bắt đầu với kho trống. Phần đã có ở trung tâm tổng hợp sẽ được nhận lại khi đồng bộ; phần chưa gửi thì không còn trên máy này. Nếu có bản sao lưu của thư mục đó: dừng chương trình, chép bản sao vào thư mục dữ liệu với tên store.damaged-1 rồi chạy lại, chương trình sẽ lấy lại những gì bản sao có.
store-read-out = Đã lấy lại { $changes } thay đổi từ { $path }: toàn bộ những gì kho đó đã lưu. Không thiếu dữ liệu nào.
store-read-out-in-part = Đã lấy lại { $changes } thay đổi từ { $path }. Còn { $missing } thay đổi hoặc lần lưu của kho đó không đọc được, và { $waiting } thay đổi chỉ hiển thị được khi có đủ những thay đổi trước đó. Phần đã có ở trung tâm tổng hợp sẽ được nhận lại khi đồng bộ: đề nghị đồng bộ ngay, sau đó kiểm tra các số liệu nhập gần nhất.

# Something else in the place of a file
in-the-way = Tại vị trí { $path } của chương trình có một thứ khác: thư mục nằm ở chỗ của tệp, tệp nằm ở chỗ của thư mục, hoặc liên kết không dẫn tới đâu. Nó đã được chuyển nguyên vẹn sang { $aside }; không có gì bị xóa. Dữ liệu của máy này luôn nằm ở hai nơi và chương trình tiếp tục với nơi còn lại; nếu thiếu gì thì có thông báo riêng.
in-the-way-stays = Tại vị trí { $path } của chương trình có một thứ khác và không chuyển đi được ({ $what }). Chưa có gì bị thay đổi. Đề nghị tự chuyển nó đi chỗ khác, hoặc cấp quyền cho tài khoản này, rồi chạy lại chương trình: chương trình sẽ tiếp tục với dữ liệu ở nơi còn lại.
store-link-broken = { $path } là liên kết tới { $target }, nhưng ở đó không có gì. Chưa có gì bị thay đổi, dữ liệu không bị đụng đến. Nếu dữ liệu nằm trên một ổ đĩa khác, đề nghị kết nối ổ đĩa đó rồi chạy lại chương trình. Chỉ khi dữ liệu đã mất hẳn: đổi tên liên kết rồi chạy lại; chương trình sẽ bắt đầu với kho trống và nhận lại từ trung tâm tổng hợp khi đồng bộ.

replica-unusable = Một lần lưu trước đó không thành công ({ $what }). Đề nghị thực hiện lại; dữ liệu đã báo là đã lưu vẫn còn.

address-malformed = “{ $address }” không phải là địa chỉ. Đề nghị viết theo mẫu tên-máy:cổng, ví dụ hub.example.vn:4433.
invite-no-address = Chưa biết các đơn vị tìm trung tâm tổng hợp ở địa chỉ nào: “hopluu serve” chưa chạy, hoặc nhận kết nối tại mọi địa chỉ của máy. Chưa tạo lời mời. Đề nghị thêm --address TÊN-MÁY:CỔNG, là địa chỉ mà máy của đơn vị đến được.
listen-bind = Không nhận được kết nối tại địa chỉ { $address }: { $what }. Có thể cổng đang được chương trình khác dùng; đề nghị chọn cổng khác bằng --listen.
listen-setup = Không chuẩn bị được kết nối mã hóa: { $what }. Đề nghị báo người hỗ trợ kỹ thuật.
listen-tcp = Tại { $address } chỉ nhận được kết nối UDP, không nhận được kết nối TCP: { $what }. Các đơn vị có mạng chặn UDP sẽ không kết nối được; đề nghị giải phóng cổng TCP này hoặc chọn cổng khác bằng --listen.

dial-cut = Kết nối đến { $address } bị ngắt giữa chừng. Dữ liệu đã lưu vẫn còn trên máy; đề nghị thử lại khi đường truyền ổn định.
dial-no-address = Chưa biết địa chỉ của trung tâm tổng hợp. Đề nghị hỏi trung tâm rồi chạy “hopluu hub-address TÊN-MÁY:CỔNG”.
dial-no-answer = Không có trả lời từ { $address }, cả qua UDP lẫn qua TCP: trung tâm tổng hợp đang tắt, hoặc mạng chặn kết nối. Dữ liệu đã lưu vẫn còn trên máy; đề nghị thử lại sau, hoặc hỏi bộ phận mạng.
dial-no-socket = Máy này không mở được kết nối mạng: { $what }. Dữ liệu vẫn còn trên máy này. Đề nghị kiểm tra mạng và phần mềm tường lửa rồi thử lại.
dial-not-a-hub = Tại { $address } có chương trình trả lời nhưng không phải trung tâm tổng hợp dùng phiên bản phù hợp: { $what }. Dữ liệu vẫn còn trên máy này. Đề nghị kiểm tra địa chỉ (“hopluu hub-address”), hoặc cập nhật chương trình.
dial-not-listening = Tại { $address } không có chương trình nào nhận kết nối: trung tâm tổng hợp đang tắt, hoặc cổng không đúng. Dữ liệu đã lưu vẫn còn trên máy; đề nghị thử lại sau, hoặc hỏi trung tâm tổng hợp.
dial-refused = Trung tâm tổng hợp tại { $address } đang quá tải. Dữ liệu vẫn còn trên máy này. Đề nghị thử lại sau ít phút, hoặc để “hopluu serve” chạy: chương trình tự thử lại.
dial-unreachable = Không có đường mạng đến { $address }: { $what }. Dữ liệu đã lưu vẫn còn trên máy; đề nghị kiểm tra kết nối mạng rồi thử lại.
dial-unresolved = Không tìm được máy chủ { $address }: tên máy không đúng hoặc máy này chưa có mạng ({ $what }). Dữ liệu vẫn còn trên máy này. Đề nghị kiểm tra kết nối mạng rồi thử lại; nếu trung tâm đã đổi tên máy, chạy “hopluu hub-address TÊN-MÁY:CỔNG”.
dial-wrong-key = Nơi trả lời tại { $address } không có khóa của trung tâm tổng hợp mà máy này biết: khóa nhận được là { $found }, khóa đang ghi là { $expected }. Chưa gửi gì; dữ liệu vẫn còn trên máy này. Đề nghị gọi điện cho trung tâm tổng hợp để đối chiếu khóa (dòng “Khóa của nút” trong “hopluu status” tại trung tâm). Nếu trung tâm đã thay khóa, xin lời mời mới rồi chạy “hopluu join LỜI-MỜI” ngay trong thư mục dữ liệu đang dùng, số liệu được giữ lại; nếu không, có người mạo danh hoặc địa chỉ sai, đề nghị không tiếp tục.

connection-closed-busy = Trung tâm tổng hợp đang quá tải nên đã ngắt kết nối. Đề nghị thử lại sau ít phút.
connection-closed-by-peer = Trung tâm tổng hợp đã ngắt kết nối giữa chừng ({ $what }). Dữ liệu đã lưu vẫn còn trên máy này. Đề nghị đồng bộ lại; nếu lặp lại, đọc thông báo này cho chuyên viên tổng hợp.
connection-closed-done = Trung tâm tổng hợp đã kết thúc kết nối trước khi đồng bộ xong. Dữ liệu đã lưu vẫn còn trên máy này. Đề nghị đồng bộ lại; nếu lặp lại, báo chuyên viên tổng hợp.
connection-closed-here = Kết nối đã được đóng từ máy này. Đề nghị đồng bộ lại.
connection-closed-leaving = Trung tâm tổng hợp đang dừng hoạt động. Dữ liệu đã lưu vẫn còn trên máy này. Đề nghị thử lại sau, hoặc để “hopluu serve” chạy: chương trình tự kết nối lại.
connection-closed-refused = Trung tâm tổng hợp từ chối máy này. Dữ liệu đã lưu vẫn còn trên máy. Đề nghị gọi chuyên viên tổng hợp kiểm tra máy này trong “hopluu node list”; nếu không có, xin lời mời mới rồi chạy “hopluu join LỜI-MỜI” ngay trong thư mục này, số liệu được giữ lại.
connection-cut = Mất kết nối với trung tâm tổng hợp. Dữ liệu đã lưu vẫn còn trên máy; đề nghị đồng bộ lại khi có mạng.
connection-frame-too-long = Bên kia gửi gói tin vượt giới hạn ({ $announced } byte) nên kết nối bị đóng. Đề nghị báo người hỗ trợ kỹ thuật.
connection-malformed = Bên kia gửi dữ liệu không đúng giao thức ({ $what }) nên kết nối bị đóng. Dữ liệu đã lưu vẫn còn trên máy này. Đề nghị cập nhật chương trình ở cả hai phía rồi đồng bộ lại.
send-frame-too-long = Gói tin cần gửi vượt giới hạn. Đề nghị báo người hỗ trợ kỹ thuật.

refused-invitation-expired = Lời mời đã hết hạn; chưa có gì thay đổi trên máy này. Đề nghị xin trung tâm tổng hợp cấp lời mời mới (tại trung tâm: “hopluu invite ĐƠN-VỊ”).
refused-invitation-unknown = Trung tâm tổng hợp không có lời mời này: lời mời đã bị hủy, đã bị thử sai quá nhiều lần, hoặc do một trung tâm khác cấp. Chưa có gì thay đổi trên máy này. Đề nghị xin lời mời mới.
refused-invitation-used = Lời mời đã được một máy khác sử dụng; chưa có gì thay đổi trên máy này. Mỗi lời mời chỉ dùng cho một máy; đề nghị xin lời mời mới. Nếu không rõ máy nào đã dùng, đề nghị báo ngay chuyên viên tổng hợp (tại trung tâm: “hopluu invite --list”).
refused-key-revoked = Khóa của máy này đã bị trung tâm tổng hợp thu hồi nên máy không gửi và không nhận được gì nữa. Số liệu vẫn còn trên máy. Nếu thu hồi nhầm hoặc cần gửi phần chưa gửi: chuyển tệp node.key trong thư mục dữ liệu đi nơi khác, xin lời mời mới cho đơn vị rồi chạy “hopluu join LỜI-MỜI” ngay trong thư mục đó.
refused-key-unknown = Trung tâm tổng hợp không biết khóa của máy này. Số liệu vẫn còn trên máy. Đề nghị xin lời mời mới cho đơn vị rồi chạy “hopluu join LỜI-MỜI” ngay trong thư mục dữ liệu đang dùng; số liệu được giữ lại.
refused-version = Trung tâm tổng hợp dùng giao thức phiên bản { $min } đến { $max }, máy này không dùng phiên bản nào trong số đó. Dữ liệu vẫn còn trên máy. Đề nghị cập nhật chương trình trên máy này.

## Trả lời đúng sự thật: nghe trung tâm tổng hợp trước khi nói

connection-closed-cannot-store = Trung tâm tổng hợp hiện không ghi được dữ liệu (ổ đĩa của trung tâm đầy hoặc hỏng) nên không nhận thêm gì. Dữ liệu đã lưu vẫn an toàn trên máy này và được gửi khi trung tâm ghi được trở lại; đề nghị báo ngay cho chuyên viên tổng hợp.
connection-closed-unheard = Đã kết nối nhưng trung tâm tổng hợp không nhận được dữ liệu nào từ máy này trong thời gian chờ: đường truyền quá chậm hoặc đang bị nghẽn. Dữ liệu đã lưu vẫn còn trên máy này; đề nghị tạm dừng các chương trình đang dùng mạng rồi đồng bộ lại.
hub-cannot-store = Trung tâm tổng hợp này không ghi được dữ liệu (lần ghi hỏng gần nhất: { $minutes } phút trước), nên chưa nhận được báo cáo nào thêm. Dữ liệu của các đơn vị vẫn an toàn trên máy của họ và tự gửi lại khi ổ đĩa ghi được; nguyên nhân ở dòng dưới.
node-cannot-store = Máy này không ghi được dữ liệu (lần ghi hỏng gần nhất: { $minutes } phút trước). Những gì đã báo là đã lưu vẫn còn; nguyên nhân ở dòng dưới.
request-too-large = Nội dung gửi vào chương trình quá lớn: tối đa { $limit } MiB mỗi lần. Không có gì thay đổi. Đề nghị kiểm tra đã chọn đúng tệp, hoặc chia nhỏ nội dung.
serve-restarted = “hopluu serve” trên máy này vừa được chạy lại nên yêu cầu chưa được thực hiện. Đề nghị thực hiện lại lệnh.
sync-diverged = Máy này và trung tâm tổng hợp đã gửi cho nhau mọi thứ nhưng vẫn có tài liệu không khớp, thường vì trung tâm chưa nhận một phần nội dung. Không có gì bị mất; đồng bộ lại nhiều lần không giải quyết được. Đề nghị báo chuyên viên tổng hợp và người hỗ trợ kỹ thuật.
sync-rejected = Trung tâm tổng hợp không nhận thay đổi của { $doc }: { $why ->
        [1] thiếu thay đổi đứng trước
        [4] máy này hoặc người ghi không được phép ghi tài liệu này
        [6] có máy khác đang chạy từ bản sao của cùng kho dữ liệu
        [9] tài liệu này đã bị từ chối trước đó trên cùng kết nối
        [10] tài liệu đã đầy
       *[other] nội dung không đúng quy tắc (mã { $why })
    }. Nội dung vẫn còn trên máy này nhưng chưa có ở trung tâm; các tài liệu khác vẫn được gửi. Đề nghị gọi điện cho chuyên viên tổng hợp.
sync-silent = Trung tâm tổng hợp không gửi gì nữa trong { $seconds } giây nên lần đồng bộ này dừng lại. Đề nghị kiểm tra mạng rồi đồng bộ lại; nếu vẫn vậy, gọi điện cho trung tâm tổng hợp.
sync-unreadable = Tài liệu { $doc } trên máy này không đọc được nên không gửi được: { $what }. Đề nghị khởi động lại chương trình để sửa; nếu vẫn báo như vậy, báo người hỗ trợ kỹ thuật.
cli-awaiting-word = Trung tâm tổng hợp đã có bản nộp mới nhất nhưng chưa ghi nhận ({ $count } báo cáo). Xem lại bằng “hopluu status” sau lần đồng bộ kế tiếp; nếu sau một giờ vẫn chưa ghi nhận, gọi điện cho chuyên viên tổng hợp.
cli-connected-heard = Đang kết nối với trung tâm tổng hợp qua { $way }; liên lạc gần nhất cách đây { $seconds } giây.
cli-not-connected = Hiện không có kết nối với trung tâm tổng hợp; chương trình tự kết nối lại. Muốn thử ngay: “hopluu sync”.

## Lời mời

groups-character = ký tự “{ $character }” trong nhóm thứ { $group } không thuộc bộ ký tự được dùng
groups-cut-off = thiếu phần cuối, mới có { $found } trên { $expected } nhóm
groups-mistyped = nhóm thứ { $group } bị gõ sai
groups-padding = nhóm cuối cùng bị gõ sai
groups-too-long = thừa ký tự sau { $expected } nhóm
invitation-checksum = Lời mời bị gõ sai ở vài chỗ. Đề nghị sao chép lại toàn bộ lời mời.
invitation-content = Lời mời không do chương trình này tạo ra. Đề nghị xin trung tâm tổng hợp cấp lời mời mới.
invitation-cut-off = Lời mời bị thiếu phần cuối: có { $found } trên { $expected } nhóm. Đề nghị sao chép lại toàn bộ.
invitation-expired = Lời mời đã hết hạn. Đề nghị cấp lời mời mới.
invitation-mistyped = Lời mời không đúng: { $slip ->
        [groups-character] { groups-character }
        [groups-cut-off] { groups-cut-off }
        [groups-mistyped] { groups-mistyped }
        [groups-too-long] { groups-too-long }
       *[groups-padding] { groups-padding }
    }. Đề nghị đối chiếu và nhập lại.
invitation-newer = Lời mời có phiên bản { $found }, mới hơn phiên bản mà chương trình đọc được. Đề nghị cập nhật chương trình.
invitation-not-one = Nội dung này không phải là lời mời. Lời mời bắt đầu bằng HOPLUU1-; đề nghị sao chép lại toàn bộ.
invitation-record-damaged = Lời mời lưu tại trung tâm tổng hợp không đọc được. Đề nghị cấp lời mời mới.
invitation-selector-taken = Mã lời mời vừa tạo trùng với một lời mời khác. Đề nghị chạy lại lệnh.
invitation-too-many-attempts = Đã nhập sai mã quá nhiều lần nên lời mời không còn dùng được. Đề nghị cấp lời mời mới.
invitation-unknown = Không có lời mời với mã này. Đề nghị kiểm tra lại hoặc cấp lời mời mới.
invitation-unwritable = Không tạo được lời mời: cần từ 1 đến 4 địa chỉ của trung tâm tổng hợp, và tên ngắn của đơn vị trung tâm phải gọn trên một dòng. Đề nghị kiểm tra --address và danh sách đơn vị.
invitation-used = Lời mời đã được một nút khác sử dụng. Đề nghị cấp lời mời mới.

## Nhập từ tệp

file-too-large = Tệp lớn hơn { $limit }. Chưa có số liệu nào được nhập. Đề nghị kiểm tra đã chọn đúng tệp; nếu đúng, xóa bớt hình ảnh và trang tính thừa rồi lưu lại.
import-after-quote = Sau dấu ngoặc kép đóng còn có chữ: “{ $text }”. Ngoặc mở ở dòng { $opened } có thể đã đóng nhầm chỗ, nên không chắc các dòng ở giữa thuộc ô nào. Đề nghị sửa dấu ngoặc kép trong tệp.
import-blank-kept = Ô trong tệp để trống nên giữ nguyên { $value }. Muốn xóa, chạy lại với --clear-blank.
import-computed = Chỉ tiêu này do hệ thống tự tính nên không lấy từ tệp. Tệp ghi { $text }, ở đây { $here ->
        [none] chưa tính được
       *[other] là { $here }
    }. Đề nghị đối chiếu các chỉ tiêu thành phần.
import-damaged = Tệp bị hỏng: nội dung không khớp với mã kiểm tra của nó, hoặc tệp bị cắt giữa chừng. Chưa có số liệu nào được nhập. Đề nghị sao chép hoặc tải lại tệp, hoặc mở bằng chương trình đã tạo ra tệp rồi lưu lại.
import-date = Ô chứa ngày hoặc giờ ({ $text }), không phải là số liệu. Excel thường tự đổi những gì được gõ thành ngày. Đề nghị đổi định dạng ô thành Number rồi nhập lại số.
import-duplicate = Chỉ tiêu này xuất hiện hai lần{ $line ->
        [none] {""}
       *[other] {" "}(lần đầu ở dòng { $line }{ $sheet ->
            [none] {""}
           *[other] {" "}của trang tính “{ $sheet }”
        })
    }. Đề nghị giữ lại một dòng.
import-empty = Tệp không có số liệu nào. Đề nghị kiểm tra đã chọn đúng tệp.
import-error-value = Công thức trong ô báo lỗi { $text }, không có số liệu. Đề nghị sửa công thức hoặc nhập số.
import-format = Không nhập được tệp “{ $file }” vì không rõ định dạng. Đề nghị dùng tệp có đuôi .xlsx, .xlsb, .xls, .ods, .csv hoặc .json, hoặc nêu rõ bằng --format.
import-formula-no-result = Ô có công thức nhưng tệp không lưu kết quả (tệp do một chương trình khác tạo ra và chưa được tính). Đề nghị mở tệp bằng Excel hoặc LibreOffice, lưu lại, rồi nhập.
import-formula-stale = Ô có công thức mà tệp yêu cầu tính lại khi mở, nên kết quả đang lưu có thể không phải số hiện trên màn hình. Đề nghị mở tệp bằng Excel hoặc LibreOffice, lưu lại, rồi nhập.
import-hidden-column = Cột Số liệu đang bị ẩn nên { $text ->
        [none] dòng này
       *[other] giá trị { $text }
    } không được nhập. Muốn nhập, cho hiện cột rồi lưu tệp.
import-hidden-ids = Cột Mã đang bị ẩn. Số liệu vẫn được nhập theo mã trong cột đó; đề nghị đối chiếu danh sách thay đổi.
import-hidden-row = Dòng này đang bị ẩn nên { $text ->
        [none] không được nhập
       *[other] giá trị { $text } không được nhập
    }. Muốn nhập, cho hiện dòng (hoặc bỏ lọc) rồi lưu tệp.
import-hidden-sheet = Trang tính này đang bị ẩn nên { $text ->
        [none] dòng này không được nhập
       *[other] giá trị { $text } không được nhập
    }. Muốn nhập, cho hiện trang tính rồi lưu tệp.
import-logical = Ô chứa giá trị logic { $text }, không phải là số liệu. Đề nghị nhập số; với câu hỏi có hoặc không, nhập “có” hoặc “không”.
import-masked = Ô giữ số { $held } nhưng trên màn hình chỉ hiện “{ $text }”, nên không rõ số liệu là gì. Đề nghị nhập lại đúng điều muốn báo cáo: số { $held }, hoặc “kps” nếu không phát sinh.
import-merged = Các ô { $area } được gộp thành một, nên không rõ giá trị thuộc dòng nào. Đề nghị bỏ gộp ô rồi nhập giá trị cho từng dòng.
import-merged-heading = Tiêu đề được gộp trên nhiều cột ({ $area }), nên không rõ cột nào là cột số liệu. Đề nghị bỏ gộp và chỉ để tiêu đề trên một cột.
import-more-fields = Dòng này có { $fields } trường, trong khi dòng tiêu đề chỉ có { $headings }: “{ $text }”. Có thể dấu phẩy trong một số đã bị hiểu là dấu phân cách. Đề nghị đặt số đó trong dấu ngoặc kép, hoặc lưu tệp với dấu chấm phẩy.
import-no-columns = Không tìm thấy bảng số liệu: trong 40 dòng đầu không có dòng nào có cả hai tiêu đề Mã và Số liệu (hoặc id và value){ $headings ->
        [none] {""}
       *[other] {" "}(đã thấy: { $headings })
    }. Đề nghị sửa tiêu đề, hoặc dùng tệp do lệnh “hopluu report” xuất ra.
import-no-id = Có giá trị { $text } nhưng không có mã chỉ tiêu{ $label ->
        [none] {""}
       *[other] {" "}(“{ $label }”)
    }, nên không được nhập.
import-not-a-figure = Ô chứa “{ $text }”, không phải là số liệu. Đề nghị nhập số, hoặc văn bản như khi nhập trực tiếp.
import-not-utf8 = Tệp văn bản này dùng bảng mã cũ (không phải Unicode), nên chữ tiếng Việt không đọc chắc chắn được. Đề nghị lưu lại từ Excel theo kiểu “CSV UTF-8” hoặc “Unicode Text”.
import-open-quote = Dấu ngoặc kép mở ở đây không được đóng: “{ $text }”. Các dòng sau đó không chắc thuộc ô nào. Đề nghị đóng hoặc xóa dấu ngoặc kép.
import-other-kind = Tệp này không phải là bảng tính nhập được: { $kind ->
        [archive] đây là một tệp nén. Đề nghị giải nén rồi chọn tệp bảng tính bên trong.
        [document] đây là một tài liệu Office khác, không phải bảng tính. Đề nghị chọn tệp Excel.
        [numbers] đây là tệp của Apple Numbers. Đề nghị xuất sang Excel (.xlsx).
        [old-excel] đây là tệp Excel 95 trở về trước. Đề nghị mở bằng Excel hoặc LibreOffice rồi lưu thành .xlsx.
        [pdf] đây là tệp PDF. Đề nghị chọn tệp Excel mà từ đó tạo ra tệp PDF.
        [text] đây là tệp văn bản. Nếu là CSV, đề nghị đổi đuôi thành .csv hoặc nêu --format csv.
        [web-page] đây là một trang web được đặt đuôi bảng tính (nhiều phần mềm xuất như vậy). Đề nghị mở bằng Excel rồi lưu thành .xlsx.
        [xml] đây là một tệp XML. Đề nghị mở bằng Excel rồi lưu thành .xlsx.
        [xml-spreadsheet] đây là tệp “XML Spreadsheet 2003”. Đề nghị mở bằng Excel rồi lưu thành .xlsx.
       *[other] không nhận ra định dạng của tệp. Đề nghị kiểm tra đã chọn đúng tệp.
    }
import-other-measure = Ô hiện “{ $text }”, trong khi chỉ tiêu này tính bằng “{ $unit }”. Hệ thống không tự đổi đơn vị; đề nghị nhập số theo đúng đơn vị tính.
import-whose-unclear = Tệp ghi { $key ->
        [period] kỳ báo cáo
        [unit] đơn vị
       *[other] biểu mẫu
    } là “{ $text }”; chương trình không hiểu cách ghi này nên không so được tệp có đúng là của báo cáo này không. Đề nghị kiểm tra lại, hoặc ghi bằng mã (ví dụ 2023-q1, 19996).
import-other-period = Tệp này là số liệu của kỳ { $found }, không phải kỳ { $wanted }. Chưa có số liệu nào được nhập. Đề nghị chọn đúng tệp hoặc đúng kỳ.
import-other-template = Tệp này theo biểu mẫu { $found }, trong khi kỳ này dùng { $wanted }. Chưa có số liệu nào được nhập. Đề nghị xuất lại tệp theo biểu mẫu hiện hành.
import-other-unit = Tệp này là số liệu của { $found }, không phải của { $wanted }. Chưa có số liệu nào được nhập. Đề nghị chọn đúng tệp của đơn vị.
import-password = Tệp được bảo vệ bằng mật khẩu nên không đọc được. Đề nghị mở bằng Excel, bỏ mật khẩu (Tệp, Thông tin, Bảo vệ sổ làm việc, Mã hóa bằng mật khẩu), lưu lại rồi nhập.
import-quoted-row = Một dấu ngoặc kép mở nhầm đã nuốt dòng của chỉ tiêu { $indicator } vào một ô ghi chú. Đề nghị sửa dấu ngoặc kép trong tệp.
import-rounded = Ô hiện { $text }, còn tệp giữ { $held }. Đã lấy số hiện trên màn hình.
import-split-number = “{ $text }” có thể là một số bị dấu phẩy tách thành hai trường. Đề nghị đặt số trong dấu ngoặc kép, hoặc lưu tệp với dấu chấm phẩy.
import-syntax = Tệp không đúng định dạng: { $why }. Chưa có số liệu nào được nhập. Đề nghị mở tệp bằng chương trình đã tạo ra nó rồi lưu lại.
import-too-many-rows = Tệp có nhiều hơn { $limit } dòng có mã. Đề nghị kiểm tra đã chọn đúng tệp.
import-two-cells = Ô { $cell } xuất hiện hai lần hoặc không đúng thứ tự trong tệp. Đề nghị mở tệp bằng Excel hoặc LibreOffice rồi lưu lại.
import-two-headings = Có hai tiêu đề cùng nghĩa: “{ $first }” (cột { $first-column }) và “{ $second }” (cột { $second-column }), nên không rõ lấy cột nào. Đề nghị đổi tên hoặc xóa cột thừa.
import-two-keys = Khóa “{ $key }” xuất hiện hai lần (lần đầu ở dòng { $line }). Đề nghị giữ lại một.
import-two-names = Tệp tự ghi hai tên khác nhau: “{ $first }”{ $line ->
        [none] {""}
       *[other] {" "}(dòng { $line }{ $sheet ->
            [none] {""}
           *[other] {" "}của trang tính “{ $sheet }”
        })
    } và “{ $second }”. Đề nghị kiểm tra tệp là của kỳ và đơn vị nào.
import-two-parts = Tệp nén bên trong bảng tính có hai phần trùng nhau, nên không rõ phần nào là thật. Chưa có số liệu nào được nhập. Đề nghị mở tệp bằng Excel hoặc LibreOffice rồi lưu lại.
import-unknown-format = Ô giữ số { $held } với kiểu hiển thị “{ $format }” mà hệ thống không đọc được, nên không chắc trên màn hình hiện số nào. Đề nghị đổi định dạng ô thành General hoặc Number.
import-unpacks-too-large = Nội dung của tệp sau khi giải nén lớn hơn { $limit }, nên không đọc hết. Đề nghị xóa các dòng, cột và trang tính thừa rồi lưu lại.
import-unread-id = Có mã chỉ tiêu nhưng không nằm trong bảng nào có tiêu đề Mã và Số liệu, nên không được nhập. Đề nghị sửa tiêu đề của bảng này nếu cần nhập.
import-unseen = Ô giữ số { $held } nhưng không hiện gì trên màn hình, nên được coi như ô trống và không được nhập. Đề nghị nhập { $held }, hoặc “kps” nếu không phát sinh, với định dạng hiện rõ.
problems-more = và { $count } lỗi khác. Đề nghị sửa các lỗi trên rồi nhập lại.
number-not-exact = Số { $text } không lưu chính xác được. Đề nghị rút gọn chữ số thập phân trong tệp.

## Nhập tệp: điều người ta thấy trong ô

import-comments = Tệp có { $count } nhận xét (comment) gắn vào các ô đã đọc ({ $cells }{ $more ->
        [0] {""}
       *[other] {" "}và { $more } ô khác
    }). Nhận xét không được nhập; nếu cần giữ, đề nghị chép vào cột Ghi chú.
import-hidden-notes = Cột Ghi chú đang bị ẩn nên không lấy ghi chú nào từ tệp; ghi chú đang có được giữ nguyên. Muốn nhập, cho hiện cột rồi lưu tệp.
import-invisible = { $text ->
        [none] Dòng này
       *[other] Giá trị { $text }
    } không nhìn thấy trên màn hình (chữ cùng màu với nền ô, hoặc kiểu hiển thị không hiện gì) nên không được nhập. Muốn nhập, đổi màu chữ hoặc kiểu hiển thị rồi lưu tệp.
import-json-member = Tệp JSON có trường “{ $path }” mà chương trình không biết, nên không chắc giá trị của ô này là gì. Đề nghị sửa tên trường (id, value, state, note…) hoặc xóa trường đó.
import-json-state = Trong tệp JSON, “{ $path }” là “{ $state }” nhưng giá trị là { $value }: hai điều trái nhau. Đề nghị sửa một trong hai.
import-json-unread = Trường “{ $path }” nằm ngoài “cells” nên không được nhập ({ $text }). Nếu là số liệu, đề nghị chuyển vào trong “cells”.
import-note-left-out = Ghi chú ở ô này không được nhập vì { $why ->
        [import-date] ô chứa ngày hoặc giờ ({ $text }), không chắc trên màn hình hiện ra sao
        [import-logical] ô chứa giá trị logic { $text }
        [import-error-value] công thức trong ô báo lỗi { $text }
        [import-formula-no-result] công thức trong ô chưa có kết quả
        [import-formula-stale] công thức trong ô cần được tính lại
        [import-rich-text] một phần chữ bị gạch ngang, ẩn, hoặc nằm cao hơn hay thấp hơn dòng ({ $text })
        [import-struck] ô bị gạch ngang ({ $text })
        [import-invisible] chữ trong ô không nhìn thấy ({ $text })
        [import-unseen] số trong dòng này không hiện trên màn hình
       *[other] không chắc trên màn hình hiện gì ({ $text })
    }. Ghi chú đang có được giữ nguyên. Đề nghị gõ lại ghi chú thành văn bản thường.
import-other-measure-column = Cột Đơn vị tính ghi “{ $text }”, trong khi chỉ tiêu này tính bằng “{ $unit }”. Hệ thống không tự đổi đơn vị; đề nghị nhập số theo đúng đơn vị tính.
import-rich-text = Trong ô “{ $text }” có một phần chữ bị gạch ngang, ẩn, hoặc nằm cao hơn hay thấp hơn dòng (số mũ, dấu chú thích), nên không chắc số liệu là gì. Đề nghị gõ lại giá trị thành chữ số thường.
import-scaled-heading = Tiêu đề ghi “{ $text }” nhưng { $count } số liệu bên dưới tính theo đơn vị khác trong biểu mẫu (ví dụ { $indicator } tính bằng “{ $unit }”). Hệ thống không tự đổi đơn vị: số được lấy đúng như ghi trong ô. Đề nghị kiểm tra lại.
import-struck = { $text ->
        [none] Dòng này
       *[other] Giá trị { $text }
    } bị gạch ngang trong tệp nên không được nhập. Muốn nhập, bỏ gạch ngang rồi lưu tệp.
import-two-ids = Trên cùng một dòng có mã ở cột { $first-column } và thêm một mã kèm số ở cột { $second-column }, như hai bảng đặt cạnh nhau, nên không rõ lấy bảng nào. Đề nghị đặt hai bảng trên dưới nhau hoặc trên hai trang tính.
import-two-values = Ô { $cell } chứa hai giá trị trong tệp, nên không rõ lấy giá trị nào. Đề nghị mở tệp bằng Excel hoặc LibreOffice, kiểm tra ô này rồi lưu lại.

## Lần nộp

not-submitted = Đơn vị { $unit } chưa có lần nộp nào trong kỳ này. Đề nghị chờ đơn vị nộp báo cáo.
submit-conflict = Ô số liệu có nhiều giá trị khác nhau do nhiều người nhập. Đề nghị xem “hopluu conflicts KỲ” và chọn một giá trị trước khi nộp.
submit-nothing = Đơn vị này không phải nhập số liệu hay viết nội dung trong kỳ { $period } nên không có gì để nộp.
submit-missing = Chưa có số liệu “{ $label }”. Đề nghị nhập số liệu, hoặc “kps” nếu không phát sinh.
submit-unreadable = Ô số liệu này không đọc được. Đề nghị nhập lại trước khi nộp.
submission-digest = Số liệu tại thời điểm nộp của { $doc } khác với số liệu đã ký. Lần nộp không được tính; đề nghị đơn vị nộp lại.
submission-document = Không đọc được { $doc } như lúc nộp: { $what }. Đề nghị đơn vị nộp lại.
submission-revoked-key = Lần nộp được ký bằng khóa đã bị thu hồi ({ $key }). Đề nghị đơn vị nộp lại từ một nút còn hiệu lực.
submission-signature = Chữ ký của lần nộp { $doc } không đúng. Đề nghị đơn vị nộp lại.
submission-signer = Lần nộp { $doc } được ký bằng khóa { $key }, không phải của đơn vị này. Đề nghị đơn vị nộp lại từ nút của mình.
submission-template = Lần nộp { $doc } ghi biểu mẫu { $template }, là biểu mẫu mà kỳ này chưa từng dùng. Lần nộp được giữ nhưng không được tính. Đề nghị đơn vị đồng bộ rồi nộp lại.
submission-unreadable = Báo cáo { $doc } có ô số liệu không đọc được: { $cells }. Đề nghị đơn vị nhập lại các ô này rồi nộp lại.
submission-wrong-document = Lần nộp của { $stated } nằm trong { $found } nên không được tính. Đề nghị đơn vị nộp lại.
signature-mismatch = Chữ ký không khớp với khóa và nội dung. Đề nghị thực hiện lại từ nút đã ký.
signature-unsound-key = Khóa không hợp lệ. Đề nghị kiểm tra lại khóa của nút.

## Tổng hợp báo cáo

disagreement = Các đơn vị báo cáo khác nhau về chỉ tiêu này ({ $said }) nên chưa có giá trị. Đề nghị các đơn vị thống nhất số liệu rồi nộp lại.
division-by-zero = Chỉ tiêu này chia { $dividend } cho 0 nên không tính được. Đề nghị kiểm tra các chỉ tiêu thành phần.
missing-cells = Đơn vị { $unit } còn thiếu { $count } ô số liệu ({ $cells }) nên số tổng hợp liên quan chưa đầy đủ. Đề nghị đơn vị bổ sung và nộp lại.
no-contribution = Đơn vị { $unit } chưa có lần nộp được chấp nhận nên số tổng hợp chưa đầy đủ. Đề nghị đôn đốc đơn vị.
no-reporter = Danh sách không có đơn vị nào thuộc loại phải báo cáo chỉ tiêu này. Đề nghị kiểm tra loại đơn vị trong danh sách.
overflow = Kết quả tổng hợp quá lớn nên không tính chính xác được. Đề nghị kiểm tra số liệu của các đơn vị.
several-contributions = Đơn vị { $unit } có nhiều hơn một lần nộp được đưa vào tổng hợp, nên không lần nào được tính. Đề nghị báo người hỗ trợ kỹ thuật.
several-reporters = Chỉ tiêu này do một đơn vị báo cáo nhưng danh sách có nhiều đơn vị cùng loại: { $units }. Đề nghị sửa danh sách đơn vị.
unexpected-cell = Đơn vị { $unit } nhập chỉ tiêu không thuộc phạm vi báo cáo của mình; số liệu này không được tính.
unexpected-operator-text = Nội dung viết cho mục { $section } không được đưa vào vì biểu mẫu không có mục này. Đề nghị chuyển sang mục khác.
unexpected-text = Đơn vị { $unit } viết nội dung mục { $section } không thuộc phạm vi của mình; nội dung này không được đưa vào.
unexpected-unit = Đơn vị { $unit } không báo cáo tại trung tâm này trong kỳ này; số liệu không được tính. Đề nghị kiểm tra danh sách đơn vị.
unusable-formula = Công thức của chỉ tiêu này không tính được. Đề nghị người quản trị sửa biểu mẫu.
unusable-override = Giá trị sửa tại trung tâm cho chỉ tiêu này không phù hợp với biểu mẫu nên không được dùng. Đề nghị nhập lại.
wrong-type = Đơn vị { $unit } cho giá trị không đúng loại ({ $value }); chỉ tiêu coi như chưa báo cáo. Đề nghị đơn vị nhập lại và nộp lại.

## Xuất báo cáo

paper-number-missing = Ô số liệu { $indicator } không có số như trạng thái của nó. Đây là lỗi của chương trình; đề nghị báo người hỗ trợ kỹ thuật.
paper-other-template = Báo cáo theo biểu mẫu { $report }, không phải { $given }. Đề nghị đồng bộ để có đúng biểu mẫu.
paper-unknown-unit = Danh sách đơn vị không có đơn vị { $unit } nên không lập được phần đầu văn bản. Đề nghị đồng bộ, hoặc kiểm tra danh sách đơn vị.
render-docx = Không tạo được tệp Word: { $what }. Đề nghị thử lại hoặc xuất định dạng khác.
render-pdf = Không tạo được tệp PDF: { $what }. Đề nghị thử lại hoặc xuất định dạng khác.
render-xlsx = Không tạo được tệp Excel: { $what }. Đề nghị thử lại hoặc xuất định dạng khác.

## Danh sách đơn vị và lịch (tệp khai báo của trung tâm)

town-duplicate-period = Kỳ báo cáo { $period } được khai báo hai lần. Đề nghị bỏ bớt một.
town-duplicate-unit = Đơn vị { $unit } được khai báo hai lần. Đề nghị bỏ bớt một.
town-syntax = Tệp không đúng cú pháp TOML: { $why }. Đề nghị sửa dòng này; xem docs/town-file.md.
town-unknown-kind = Loại đơn vị “{ $kind }” của đơn vị { $unit } không có trong biểu mẫu. Đề nghị dùng một loại có trong biểu mẫu.
town-unknown-template = Kỳ { $period } theo biểu mẫu { $template } nhưng chưa có biểu mẫu này. Đề nghị chỉ định tệp biểu mẫu bằng --template.
town-unknown-unit = Không có đơn vị nào mang mã { $unit }. Đề nghị khai báo đơn vị này hoặc sửa mã.

## Biểu mẫu

template-aggregation-does-not-fit = Cách tổng hợp “{ $aggregation }” không dùng được cho loại “{ $type }”. Đề nghị chọn cách tổng hợp khác.
template-bad-choice = “{ $text }” không phải là một lựa chọn. Đề nghị viết theo mẫu “1=Hoàn thành”.
template-bad-formula = Công thức sai ở ký tự thứ { $column }: { $slip ->
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
    }. Đề nghị sửa công thức.
template-bad-id = Trường { $field }: “{ $text }” không phải là mã. Mã gồm chữ thường không dấu, chữ số và các dấu . - _, tối đa 64 ký tự.
template-bad-sentence = Câu mẫu sai ở ký tự thứ { $column }: { $slip ->
        [sentence-bad-id] { sentence-bad-id }
        [sentence-not-closed] { sentence-not-closed }
       *[sentence-not-opened] { sentence-not-opened }
    }. Đề nghị sửa câu mẫu.
template-bad-word = Trường { $field }: không có giá trị “{ $text }”. Đề nghị dùng một trong: { $allowed }.
template-before-parent = Dòng này đứng trước “{ $parent }” là dòng cấp trên của nó. Đề nghị chuyển xuống dưới.
template-bound-subject = Trích yếu chỉ được chứa {"{"}period{"}"}, không chứa “{ $text }”. Đề nghị bỏ phần này.
template-control-character = Trường { $field } có ký tự xuống dòng hoặc ký tự điều khiển. Đề nghị viết trên một dòng.
template-cycle = Các công thức phụ thuộc vòng tròn: { $cells }. Đề nghị sửa một công thức trong vòng này.
template-duplicate-choice = Lựa chọn “{ $text }” trùng số hoặc trùng tên với lựa chọn trước. Đề nghị bỏ bớt một.
template-duplicate-id = Mã này đã có ở dòng { $first_line }. Đề nghị đặt mã khác.
template-empty = Trường { $field } để trống. Đề nghị điền nội dung hoặc bỏ trường này.
template-field-not-allowed = Trường { $field } không dùng cho { $here ->
        [amount-of-money] số tiền
        [auxiliary-figure] số liệu phụ trợ
        [choice] lựa chọn
        [count] số đếm
        [decimal] số thập phân
        [derived-cell] chỉ tiêu tự tính
        [fact] số liệu thuyết minh
        [flag] câu hỏi có hoặc không
        [heading] dòng tiêu đề
        [percentage] tỷ lệ phần trăm
        [row-of-an-appendix] dòng của phụ lục
        [row-outside-this-levels-authority] chỉ tiêu không thuộc thẩm quyền
       *[other] dòng này
    }. Đề nghị bỏ trường này.
template-formula-does-not-fit = Công thức cho kết quả là số, không dùng được cho loại “{ $type }”. Đề nghị bỏ công thức hoặc đổi loại.
template-formula-names-choice = Công thức dùng { $id } là một lựa chọn, không phải số. Đề nghị dùng chỉ tiêu khác.
template-formula-names-heading = Công thức dùng { $id } là dòng tiêu đề, không có số liệu. Đề nghị dùng chỉ tiêu khác.
template-id-means-something-else = Không đặt được mã chỉ tiêu là “{ $id }”: mã phải bắt đầu bằng chữ cái và không trùng từ dành riêng (unit, period). Đề nghị đặt mã khác.
template-missing = Thiếu trường { $field }. Đề nghị bổ sung.
template-no-appendix-in-id = Mã của dòng phải bắt đầu bằng mã phụ lục và dấu chấm, ví dụ pl4.3.1. Đề nghị sửa mã.
template-nobody-reports = Chưa rõ ai báo cáo chỉ tiêu này. Đề nghị khai báo một trong các trường reporters, formula, outside_authority.
template-out-of-range = Trường { $field } phải từ { $least } đến { $most }. Đề nghị sửa lại.
template-parent-elsewhere = Dòng cấp trên { $parent } không thuộc cùng phụ lục. Đề nghị sửa lại.
template-repeated-code = Ký hiệu in “{ $code }” đã có ở dòng { $first_line } của phụ lục này. Đây chỉ là cảnh báo; đề nghị đối chiếu với biểu mẫu gốc.
template-repeated-kind = Trường { $field } ghi loại đơn vị “{ $id }” hai lần. Đề nghị bỏ bớt một.
template-sentence-names-heading = Câu mẫu dùng { $id } là dòng tiêu đề, không có số liệu. Đề nghị dùng chỉ tiêu khác.
template-source-too-long = Tệp biểu mẫu dài { $bytes } byte, tối đa { $most } byte. Đề nghị kiểm tra đã chọn đúng tệp.
template-syntax = Tệp không đúng cú pháp TOML, ký tự thứ { $column }: { $what }. Đề nghị sửa dòng này.
template-too-long = Trường { $field } dài { $chars } ký tự, tối đa { $most } ký tự. Đề nghị rút gọn.
template-too-many = Có { $count } mục { $field }, tối đa { $most }. Đề nghị bỏ bớt.
template-too-many-problems = Còn nhiều lỗi khác chưa liệt kê. Đề nghị sửa các lỗi trên rồi kiểm tra lại.
template-unknown-appendix = Không có phụ lục “{ $id }”. Đề nghị khai báo phụ lục này hoặc sửa mã.
template-unknown-cell = Trường { $field } nhắc đến “{ $id }” nhưng không có ô số liệu này. Đề nghị sửa mã.
template-unknown-field = Ở đây không có trường “{ $field }”. Đề nghị kiểm tra chính tả hoặc bỏ trường này.
template-unknown-kind = Không có loại đơn vị “{ $id }”. Đề nghị khai báo loại này hoặc sửa mã.
template-unknown-parent = Không có “{ $parent }” để làm cấp trên của dòng này. Đề nghị sửa mã.
template-unknown-section = Không có mục “{ $id }”. Đề nghị khai báo mục này hoặc sửa mã.
template-unreadable-choice = Tên của lựa chọn “{ $text }” khi nhập sẽ bị hiểu là số hoặc là không phát sinh. Đề nghị đặt tên khác.
template-wrong-type = Trường { $field } phải là { $expected ->
        [list-of-tables] các bảng, mỗi bảng dưới một tiêu đề trong hai dấu ngoặc vuông
        [list-of-texts] danh sách văn bản
        [table] một bảng
        [text] văn bản trong dấu ngoặc kép
        [true-or-false] true hoặc false
        [whole-number] số nguyên
       *[other] loại khác
    }. Đề nghị sửa lại.

formula-bad-id = “{ $text }” không phải là mã chỉ tiêu
formula-bad-number = “{ $text }” không phải là số
formula-kind-expected = trong units(…) cần tên một loại đơn vị
formula-operand-expected = cần một số, một mã chỉ tiêu hoặc dấu ngoặc
formula-operator-expected = cần một trong các dấu + - * /
formula-parenthesis-open = dấu ngoặc không được đóng
formula-too-deep = công thức lồng quá { $most } cấp
formula-too-long = công thức dài { $bytes } byte, tối đa { $most } byte
formula-unknown-character = ký tự “{ $character }” không có nghĩa trong công thức
formula-unknown-function = không có hàm “{ $name }”, chỉ có units
sentence-bad-id = “{ $text }” trong dấu ngoặc nhọn không phải là mã chỉ tiêu
sentence-not-closed = dấu ngoặc nhọn không được đóng (muốn in chính dấu này, viết hai lần)
sentence-not-opened = dấu ngoặc nhọn đóng mà không mở (muốn in chính dấu này, viết hai lần)

## Tài liệu và trao đổi giữa các nút (dành cho người hỗ trợ kỹ thuật)

change-dependency-unknown = Tài liệu { $doc } thiếu thay đổi đứng trước. Đề nghị đồng bộ lại.
change-out-of-sequence = Tài liệu { $doc } có hai thay đổi cùng số thứ tự: có nút đang chạy từ bản sao của kho dữ liệu. Đề nghị chỉ giữ một nút và báo người hỗ trợ kỹ thuật.
change-rejected = Tài liệu { $doc } không nhận thay đổi: { $what }. Đề nghị báo người hỗ trợ kỹ thuật.
change-too-large = Thay đổi của { $doc } quá lớn ({ $bytes } byte, tối đa { $limit } byte). Đề nghị chia nhỏ nội dung rồi lưu nhiều lần.
change-too-much = Thay đổi của { $doc } có quá nhiều nội dung ({ $found }, tối đa { $limit }). Đề nghị chia nhỏ nội dung rồi lưu nhiều lần.
document-damaged = Tài liệu { $doc } bị hỏng: { $what }. Chương trình lấy ra những gì còn đọc được và nhận phần còn lại từ trung tâm tổng hợp. Đề nghị thực hiện lại sau giây lát; nếu vẫn báo như vậy, chạy lại chương trình.
document-engine = Không đọc hoặc ghi được tài liệu: { $what }. Đề nghị báo người hỗ trợ kỹ thuật.
document-full = Tài liệu { $doc } đã đầy: số lần thay đổi gấp hàng trăm lần một quý bình thường nên không lưu thêm được. Nội dung đã có vẫn còn nguyên. Đề nghị báo trung tâm tổng hợp và người hỗ trợ kỹ thuật; kiểm tra xem có chương trình nào ghi lặp đi lặp lại không.
document-missing-change = Tài liệu chưa có đủ thay đổi ({ $what }). Đề nghị đồng bộ rồi thử lại.
document-missing-field = Tài liệu thiếu phần “{ $field }”. Đề nghị đồng bộ với trung tâm tổng hợp; nếu vẫn thiếu, báo người hỗ trợ kỹ thuật.
document-record = Một bản ghi trong tài liệu không đọc được: { $what }. Đề nghị cập nhật chương trình; nếu vẫn lỗi, báo người hỗ trợ kỹ thuật.
document-template = Biểu mẫu lưu trong tài liệu không hợp lệ: { $what }. Đề nghị cập nhật chương trình.
document-unknown = Chưa có tài liệu { $doc }. Đề nghị đồng bộ với trung tâm tổng hợp rồi thử lại.

access-author-of-other-unit = Thay đổi của { $doc } bị từ chối: máy đã ghi (khóa { $key }) thuộc đơn vị { $unit }, không được ghi tài liệu này. Thay đổi vẫn còn trên máy đã ghi. Nếu khóa đó đã được chép nhầm sang máy khác, tại máy ấy đặt lại đúng tệp node.key rồi chạy “hopluu adopt”.
access-author-unknown = Thay đổi của { $doc } bị từ chối: máy đã ghi (khóa { $key }) chưa được đăng ký. Thay đổi vẫn còn trên máy đã ghi. Đề nghị mời máy đó (“hopluu invite”); nếu khóa đó đã được chép nhầm sang máy khác, tại máy ấy chạy “hopluu adopt”.
access-key-revoked = Khóa { $key } đã bị thu hồi nên máy đó bị từ chối. Nếu thu hồi nhầm, máy đó cần khóa mới: chuyển node.key của nó đi nơi khác rồi tham gia lại bằng lời mời mới.
access-key-unknown = Máy có khóa { $key } chưa được đăng ký nên bị từ chối. Nếu là máy của một đơn vị, đề nghị mời máy đó (“hopluu invite ĐƠN-VỊ”).
access-not-a-peer = Nút { $key } của đơn vị { $unit } không phải là trung tâm tổng hợp của nút này; hai đơn vị không trao đổi trực tiếp với nhau.
access-not-sealed-by-hub = Nội dung gửi trả của { $doc } bị từ chối: khóa { $key } đóng dấu cho nó không phải của trung tâm tổng hợp.
access-out-of-scope = Tài liệu { $doc } không thuộc phạm vi trao đổi với nút { $key }.
access-wrong-writer = Nút { $key } của đơn vị { $unit } không được ghi tài liệu { $doc }; thay đổi bị từ chối và không lưu.

gate-author-missing = Thay đổi { $change } không ghi ai là người tạo nên bị từ chối.
gate-automerge = Thay đổi nhận được không đọc được nên bị từ chối: { $what }.
gate-forked = Thay đổi { $change } trùng số thứ tự { $seq } với một thay đổi khác của cùng tiến trình: có nút đang chạy từ bản sao của kho dữ liệu. Đề nghị tìm và dừng nút đó.
gate-full = Tài liệu đã đạt dung lượng tối đa nên phần nhận thêm bị từ chối.
gate-hash-mismatch = Các thay đổi nhận được không đúng như đã thông báo nên bị từ chối.
gate-missing-dependency = Thay đổi { $change } đến trước các thay đổi mà nó cần; lần đồng bộ sau sẽ bổ sung.
gate-not-sealed = Thay đổi { $change } được gửi trả nhưng không nằm trong phần đã được trung tâm đóng dấu; không nhận phần nào.
gate-operations = Thay đổi { $change } có thao tác không hợp lệ nên bị từ chối: { $what }.
gate-quarantined = Tài liệu này đã bị từ chối trước đó trên kết nối hiện tại. Đề nghị kết nối lại sau khi khắc phục ở nút gửi.
gate-unfollowed = Có thay đổi tiếp theo những thay đổi đã bị từ chối; chúng sẽ được yêu cầu gửi lại.

protocol-too-many = Bên kia gửi quá nhiều ({ $what }) nên kết nối bị đóng. Đề nghị cập nhật chương trình ở cả hai phía.
protocol-unexpected = Bên kia gửi { $frame } không đúng lúc nên kết nối bị đóng. Đề nghị cập nhật chương trình ở cả hai phía.
wire-invalid = Dữ liệu nhận được không hợp lệ: { $what }. Đề nghị cập nhật chương trình ở cả hai phía.
wire-too-much = Dữ liệu nhận được vượt giới hạn: { $what } là { $found }, tối đa { $limit }. Đề nghị cập nhật chương trình ở cả hai phía.
wire-trailing = Dữ liệu nhận được thừa { $extra } byte sau { $what }. Đề nghị cập nhật chương trình ở cả hai phía.
wire-truncated = Dữ liệu nhận được bị cắt: { $what }. Đề nghị đồng bộ lại.
wire-unknown = Dữ liệu nhận được có { $what } = { $value } mà phiên bản này không biết. Đề nghị cập nhật chương trình.
wire-varint = Dữ liệu nhận được ghi sai số: { $what }. Đề nghị cập nhật chương trình ở cả hai phía.

## Phiên bản của biểu mẫu

template-newer-format = Tệp biểu mẫu thuộc định dạng { $format }, chương trình này chỉ biết đến định dạng { $known }. Đề nghị cập nhật chương trình rồi thử lại.
template-not-arrived = Biểu mẫu mới { $template } của kỳ này chưa về đến máy. Trong khi chờ, vẫn nhập theo biểu mẫu cũ; số liệu đã nhập được giữ theo mã chỉ tiêu. Đề nghị đồng bộ khi có kết nối.
template-not-understood = Chương trình trên máy này chưa đọc được biểu mẫu { $template } ({ $what }), do biểu mẫu được lập bằng bản mới hơn. Các phần khác vẫn dùng bình thường, số liệu đã nhập còn nguyên. Đề nghị cập nhật chương trình.
indicator-left-form = “{ $label }” có trong biểu mẫu phiên bản { $form } nhưng không còn trong phiên bản { $now } mà kỳ này đang dùng, nên không nhập thêm được. Giá trị đã nhập được giữ lại và không được tính.
section-left-form = Mục { $section } “{ $title }” có trong biểu mẫu phiên bản { $form } nhưng không còn trong phiên bản { $now } mà kỳ này đang dùng, nên không viết thêm được. Nội dung đã viết được giữ lại và không đưa vào báo cáo.
submit-misfit = “{ $label }” đang giữ giá trị “{ $value }” nhập theo biểu mẫu cũ, không hợp với loại số liệu của biểu mẫu mới. Đề nghị nhập lại ô này rồi nộp.
other-template = { $unit } đã nộp theo biểu mẫu { $template }, khác biểu mẫu của báo cáo này. Các chỉ tiêu có trong cả hai biểu mẫu được tính; { $count ->
        [0] không có nội dung nào bị để ngoài
       *[other] để ngoài { $count } nội dung chỉ có trong biểu mẫu của lần nộp ({ $left })
    }. Nếu cần số liệu của các chỉ tiêu mới, đề nghị đơn vị bổ sung rồi nộp lại.
publish-version-taken = Biểu mẫu { $template } đã được ban hành với nội dung khác; phiên bản đã ban hành không bao giờ thay đổi. Không có gì được ghi. Đề nghị đặt version = { $next } trong tệp rồi thử lại.
publish-version-old = Đã có phiên bản mới hơn phiên bản { $version } của biểu mẫu này. Không có gì được ghi. Đề nghị đặt version = { $next } trong tệp rồi thử lại.
publish-other-template = Kỳ { $period } đang mở và theo biểu mẫu “{ $before }”, không chuyển sang biểu mẫu khác tên “{ $id }” được. Không có gì được ghi. Đề nghị giữ nguyên id trong tệp, hoặc ban hành từ một kỳ chưa mở (--from).
publish-without-figures = Kỳ { $period } đang mở và nội dung của kỳ có thể đã chèn số liệu, nên biểu mẫu mới cũng phải cho phép như vậy. Không có gì được ghi. Đề nghị giữ dòng “format = 2” trong tệp, hoặc ban hành từ một kỳ chưa mở (--from).
publish-reused-id = Chỉ tiêu giữ nguyên mã nhưng đổi ý nghĩa: từ “{ $before }” thành “{ $after }”. Kỳ { $period } đang mở, số liệu đã nhập sẽ bị hiểu sai. Không có gì được ghi. Đề nghị đặt mã mới cho chỉ tiêu này, hoặc ban hành từ một kỳ chưa mở (--from).
cli-published = Đã ban hành biểu mẫu { $template }, áp dụng từ kỳ { $from }. Các đơn vị nhận được khi đồng bộ.
cli-publish-asked = Chưa có gì được ghi. Thêm --yes để ban hành biểu mẫu { $template } từ kỳ { $from }.
cli-publish-was-there = Biểu mẫu { $template } đã được ban hành và áp dụng từ kỳ { $from }; không có gì thay đổi.
cli-publish-period = Kỳ báo cáo { $name } đang mở: chuyển từ { $before } sang { $after }
cli-publish-closed = Kỳ báo cáo { $name } đã khóa ({ $reason }): giữ nguyên { $before }
cli-publish-days = Thời gian của kỳ đổi thành { $days }
cli-publish-no-units = Chưa đơn vị nào nhập số liệu mà việc này làm thay đổi, theo dữ liệu đã về đến trung tâm.
cli-publish-kind = { $kind }:
cli-publish-row-gone = {"  "}bỏ { $id } – { $label }
cli-publish-row-new = {"  "}thêm { $id } – { $label }
cli-publish-row-retyped = {"  "}đổi loại { $id } – { $label }: { $before ->
        [choice] lựa chọn
        [count] số nguyên
        [decimal] số thập phân
        [flag] có hoặc không
        [money] số tiền
       *[percent] tỷ lệ phần trăm
    } → { $after ->
        [choice] lựa chọn
        [count] số nguyên
        [decimal] số thập phân
        [flag] có hoặc không
        [money] số tiền
       *[percent] tỷ lệ phần trăm
    }
cli-publish-row-bounds = {"  "}đổi giới hạn, số chữ số thập phân hoặc danh sách lựa chọn của { $id } – { $label }
cli-publish-section-gone = {"  "}bỏ mục { $id } – { $label }
cli-publish-section-new = {"  "}thêm mục { $id } – { $label }
cli-publish-unit = { $unit }:
cli-publish-unit-apart = {"  "}{ $count } giá trị không còn trong biểu mẫu, được giữ riêng và không được tính: { $ids }
cli-publish-unit-texts-apart = {"  "}{ $count } đoạn văn không còn trong biểu mẫu, được giữ riêng và không đưa vào báo cáo: { $ids }
cli-publish-unit-misfits = {"  "}{ $count } giá trị không hợp với loại mới, phải nhập lại: { $ids }
cli-publish-unit-new = {"  "}{ $count } ô số liệu mới phải nhập
cli-publish-unit-submitted = {"  "}đã nộp: lần nộp giữ nguyên theo { $before }
cli-status-period-unusable = Kỳ báo cáo { $name }: chưa dùng được trên máy này
cli-status-misfits = Giá trị phải nhập lại vì biểu mẫu mới đổi loại số liệu: { $count } (xem “hopluu get { $period }”)
cli-status-apart = Nội dung không còn trong biểu mẫu, được giữ riêng và không được tính: { $count } (xem “hopluu get { $period }”)
cli-status-other-version = {"  "}nộp theo biểu mẫu phiên bản { $version }
cli-apart = Không còn trong biểu mẫu (được giữ lại, không được tính):
cli-misfit = nhập lại: { $value }

## Kết quả của dòng lệnh

cli-saved = Đã lưu { $id } = { $value } trên máy này.
cli-cleared = Đã xóa giá trị của { $id } trên máy này.
cli-in-sync = Đã đồng bộ đầy đủ với trung tâm tổng hợp (gửi { $sent } byte, nhận { $received } byte).
cli-synced-over = Kết nối đi qua { $way }.
cli-invited = Lời mời { $id } cho một máy của đơn vị { $unit }, dùng một lần, hết hạn { $expires }; hủy bằng “hopluu invite --withdraw { $id }”. Tại máy của đơn vị, chạy “hopluu join” với lời mời sau:
cli-node-made = Đã tạo nút tại { $path }. Khóa của nút: { $key }. Để tham gia, chạy “hopluu join” với lời mời do trung tâm tổng hợp cấp.
cli-hub-made = Đã tạo trung tâm tổng hợp của đơn vị { $unit }. Khóa của trung tâm: { $key }. Tiếp theo: “hopluu serve” để các đơn vị kết nối, “hopluu invite” để mời từng đơn vị.
cli-joined = Nút này đã tham gia với tư cách đơn vị { $unit }.
cli-submitted = Đã ký và nộp báo cáo: lần nộp { $id }, lúc { $time }. Lần nộp được gửi đến trung tâm tổng hợp khi đồng bộ.
cli-optional-missing = Còn để trống các ô số liệu không bắt buộc: { $cells }.
cli-import-change = { $id }: { $before } → { $after }{ $found ->
        [none] {""}
       *[other] {" "}(trong tệp: “{ $found }”)
    }
cli-import-more = và { $count } giá trị khác không có mã, không được nhập.
cli-import-note = { $id }, ghi chú: { $before } → { $after }
cli-import-planned = Chạy thử, chưa ghi gì: { $changed } ô sẽ thay đổi, { $unchanged } ô giữ nguyên, { $left-out } mục không nhập.
cli-imported = Đã nhập tệp: { $changed } ô thay đổi, { $unchanged } ô giữ nguyên, { $left-out } mục không nhập.
cli-standard-input = đầu vào chuẩn
cli-joining = Đang tham gia
cli-syncing = Đang đồng bộ với trung tâm tổng hợp
cli-rendering = Đang xuất báo cáo
cli-written = Đã ghi { $file }
cli-no-conflicts = Không có ô số liệu hay đoạn nội dung nào do nhiều người sửa khác nhau.
cli-conflict = { $id } – { $label }: có nhiều giá trị khác nhau, chưa giá trị nào được tính. Chọn giá trị đúng bằng “hopluu set”:
cli-entry = { $value } – { $person }, máy { $node }, lúc { $time }
cli-empty-value = (trống)
cli-serving = Nút đang chạy; giao diện nội bộ tại { $address }. Nhấn Ctrl-C để dừng.
cli-listening = Nhận kết nối của các đơn vị tại { $address }.
cli-connected = Đang kết nối với trung tâm tổng hợp qua { $way }.
cli-not-joined = Nút này chưa thuộc đơn vị nào. Chạy “hopluu join” với lời mời do trung tâm tổng hợp cấp.
cli-status-unit = Đơn vị: { $name } ({ $unit })
cli-status-hub = Nút này là trung tâm tổng hợp.
cli-status-node = Khóa của nút: { $key }
cli-status-period = Kỳ báo cáo { $name }, hạn nộp { $deadline }
cli-status-filled = Đã nhập { $filled }/{ $cells } ô số liệu
cli-status-conflicts = Ô số liệu có nhiều giá trị hoặc ghi chú khác nhau: { $count }
cli-status-submission = { $unit }: { $standing }, { $time }
cli-status-unsubmitted = { $unit }: chưa nộp
cli-way-quic = QUIC (UDP)
cli-way-tcp = TLS/TCP (lúc kết nối, UDP không đi qua được)
cli-standing-accepted = đã chấp nhận
cli-standing-received = trung tâm tổng hợp đã nhận
cli-standing-returned = trả lại
cli-standing-unreceived = đã ký, trung tâm tổng hợp chưa nhận
cli-unacknowledged = Thay đổi chưa đến trung tâm tổng hợp: { $count }
cli-all-at-hub = Mọi thay đổi đã được lưu tại trung tâm tổng hợp.
cli-template-ok = Biểu mẫu { $reference } hợp lệ: { $indicators } dòng chỉ tiêu, { $facts } số liệu thuyết minh, { $warnings } cảnh báo.
cli-incomplete = Số chỉ tiêu chưa đầy đủ trong báo cáo: { $count }
cli-demo-town = Trung tâm tổng hợp và { $units } đơn vị đã sẵn sàng trên máy này, mỗi đơn vị một nút có khóa và kho dữ liệu riêng.
cli-demo-offline = Mất kết nối, vẫn tiếp tục nhập: { $units }.
cli-demo-figures = { $units } đơn vị nhập số liệu và nội dung của kỳ báo cáo
cli-demo-sync = Có kết nối trở lại: mọi số liệu đã về đến trung tâm tổng hợp.
cli-demo-conflict = { $unit }: hai máy nhập khác nhau vào ô { $cell } ({ $values }). Cả hai giá trị được giữ lại cho đến khi cán bộ chọn một.
cli-demo-kept = Dữ liệu các nút được giữ tại { $path }; thử các lệnh khác bằng --data.
cli-demo-done = Hoàn thành trong { $seconds } giây.

## Trợ giúp của dòng lệnh

help = Báo cáo không cần mạng liên tục: mỗi đơn vị giữ báo cáo của mình, trung tâm tổng hợp ghép thành một.
help-data = Thư mục dữ liệu của nút [mặc định: theo hệ điều hành]
help-json = In dữ liệu dạng JSON
help-lang = Ngôn ngữ của thông báo [mặc định: theo hệ điều hành]
help-person = Họ tên người nhập, ghi trong lịch sử của ô số liệu [mặc định: tên người dùng máy]
help-demo = Chạy thử cả một thị xã trên máy này và xuất báo cáo tổng hợp
help-demo-out = Nơi ghi báo cáo
help-demo-keep = Giữ lại dữ liệu, mỗi nút một thư mục; thư mục đã có thị xã thì chạy tiếp
help-init = Tạo nút mới trong thư mục dữ liệu
help-init-hub = Tạo trung tâm tổng hợp
help-init-town = Tệp danh sách đơn vị và lịch báo cáo (xem docs/town-file.md)
help-init-template = Tệp biểu mẫu, nếu không dùng biểu mẫu có sẵn
help-init-name = Tên của máy này, để mọi người nhận biết
help-invite = Mời một nút của đơn vị (tại trung tâm tổng hợp)
help-invite-unit = Mã đơn vị
help-invite-address = Địa chỉ để nút tìm trung tâm tổng hợp [mặc định: nơi trung tâm đang nhận kết nối]
help-invite-hours = Số giờ lời mời có hiệu lực, từ 1 đến 8760
help-join = Tham gia bằng lời mời
help-join-invitation = Lời mời do chuyên viên tổng hợp cấp
help-join-name = Tên của máy này, để mọi người nhận biết
help-serve = Chạy nút: đồng bộ mỗi khi có mạng và phục vụ các lệnh khác
help-serve-listen = Nhận kết nối của các nút khác (trung tâm tổng hợp mặc định: 0.0.0.0:4433)
help-sync = Đồng bộ một lần với trung tâm tổng hợp
help-status = Tình trạng của nút: đơn vị, trung tâm tổng hợp, phần chưa gửi
help-set = Nhập ô số liệu: số, lựa chọn, “kps” là không phát sinh, “kad: lý do” là không áp dụng
help-set-period = Kỳ báo cáo, ví dụ 2023-q1
help-set-indicator = Mã chỉ tiêu, ví dụ pl4.3.1.1
help-set-value = Giá trị; để trống là xóa ô số liệu
help-set-note = Nội dung cột Ghi chú
help-get = Xem một ô số liệu, hoặc tất cả
help-get-period = Kỳ báo cáo
help-get-indicator = Mã chỉ tiêu
help-history = Mọi giá trị và ghi chú mà ô số liệu từng có, ai nhập và lúc nào
help-history-period = Kỳ báo cáo
help-history-indicator = Mã chỉ tiêu
help-conflicts = Các ô số liệu và đoạn nội dung do nhiều người cùng sửa, chưa chọn
help-conflicts-period = Kỳ báo cáo
help-text = Xem nội dung một mục, hoặc ghi từ tệp (“-”: đầu vào chuẩn)
help-text-period = Kỳ báo cáo
help-text-section = Mã mục, ví dụ ii.2.c
help-text-file = Tệp chứa nội dung mới
help-import = Nhập số liệu từ tệp Excel (XLSX, XLSB, XLS), LibreOffice (ODS), CSV hoặc JSON
help-import-period = Kỳ báo cáo
help-import-file = Tệp cần nhập (“-”: đầu vào chuẩn)
help-import-dry_run = Chỉ cho xem những gì sẽ thay đổi, không ghi gì
help-import-clear_blank = Xóa các ô để trống trong tệp
help-import-format = Định dạng của tệp, khi tên tệp không cho biết
help-submit = Chốt, ký và nộp báo cáo của đơn vị
help-submit-period = Kỳ báo cáo
help-report = Xuất báo cáo: báo cáo tổng hợp tại trung tâm, báo cáo của đơn vị tại đơn vị
help-report-period = Kỳ báo cáo
help-report-unit = Báo cáo của một đơn vị khác (tại trung tâm tổng hợp)
help-report-format = Các định dạng cần xuất
help-report-out = Nơi ghi
help-template = Biểu mẫu
help-template-check = Kiểm tra tệp biểu mẫu và liệt kê mọi lỗi
help-template-check-file = Tệp biểu mẫu
help-template-publish = Ban hành một phiên bản biểu mẫu, và xem điều đó làm gì với các kỳ đang mở (tại trung tâm tổng hợp)
help-template-publish-file = Tệp biểu mẫu
help-template-publish-from = Kỳ bắt đầu áp dụng: kỳ này và mọi kỳ không kết thúc trước kỳ này
help-template-publish-yes = Thực hiện; nếu không có, chỉ cho xem
help-template-show = Xem biểu mẫu: biểu mẫu có sẵn, hoặc biểu mẫu mà nút đang có
help-template-show-template = Biểu mẫu nào

## Kỳ báo cáo và tệp danh sách đơn vị

period-deadline = Hạn nộp { $deadline } của kỳ { $period } sớm hơn ngày cuối kỳ ({ $last }). Đề nghị chọn ngày từ { $last } trở đi.
period-is-quarter = Kỳ { $period } là một quý. Lệnh này dành cho kỳ 6 tháng, 9 tháng và năm, ví dụ 2023-6m.
period-no-template = Chưa có biểu mẫu nào áp dụng cho kỳ này. Đề nghị nêu biểu mẫu bằng --template, ví dụ --template cchc-quarterly@1.
period-other-template = Kỳ { $period } đang mở theo biểu mẫu { $template }; các báo cáo của kỳ bắt đầu từ biểu mẫu đó nên không thể đổi sang biểu mẫu khác. Muốn dùng phiên bản mới, đề nghị dùng “hopluu template publish”.
period-reason = Chưa nêu lý do khóa kỳ báo cáo, hoặc lý do dài quá { $limit } ký tự. Đề nghị viết ngắn gọn, ví dụ “đã ban hành báo cáo”.
period-template = Trung tâm tổng hợp chưa có biểu mẫu { $template } của kỳ { $period }. Chưa có gì thay đổi. Đề nghị ban hành biểu mẫu trước (“hopluu template publish”), hoặc kiểm tra lại tên và phiên bản.
unit-ended = Đơn vị { $unit } kết thúc hoạt động ngày { $day }, trong kỳ báo cáo. Số tổng hợp chỉ có phần việc của đơn vị này trong kỳ nếu đơn vị tiếp nhận đã báo cáo thay. Đề nghị kiểm tra với đơn vị tiếp nhận.
unit-not-in-period = Kỳ { $period } không tính báo cáo của đơn vị { $unit }, vì đơn vị { $to ->
        [none] được thành lập sau ngày cuối kỳ (từ ngày { $from })
       *[other] đã kết thúc hoạt động trước ngày cuối kỳ (ngày cuối cùng: { $to })
    }. Số liệu đã nhập trước đây vẫn được giữ. Nếu thời gian hoạt động ghi sai, đề nghị báo trung tâm tổng hợp sửa.

town-base-unknown = Tệp này được ghi từ một tình trạng mà máy này chưa biết (dòng “base”), nên không xác định được tệp đã sửa những gì. Chưa có gì thay đổi. Đề nghị đồng bộ rồi thử lại, hoặc chạy “hopluu town show” và sửa lại trên tệp mới.
town-base-unreadable = Dòng “base” không đọc được. Đề nghị giữ nguyên dòng này như “hopluu town show” đã ghi, hoặc xóa cả dòng: khi đó tệp được hiểu là toàn bộ danh sách mới.
town-circle = Đơn vị { $unit } báo cáo lên chính mình qua các đơn vị cấp trên ghi ở “parent”. Đề nghị sửa “parent” của một trong các đơn vị đó.
town-clash = { $subject }, mục { $field }: sau khi tệp được ghi (khi đó là “{ $base }”), người khác đã đổi thành “{ $now }”, còn tệp đổi thành “{ $file }”. Chưa có gì thay đổi. Đề nghị chạy “hopluu town show” để lấy tệp mới, chọn một trong hai rồi áp dụng lại.
town-duplicate-extension = Đơn vị { $unit } được gia hạn hai lần cho kỳ { $period }. Đề nghị bỏ một mục.
town-ends-before = Đơn vị { $unit } kết thúc ({ $to }) trước khi bắt đầu ({ $from }). Đề nghị sửa valid_from hoặc valid_to.
town-hub-ends = Đơn vị { $unit } là đơn vị của trung tâm tổng hợp nên không thể kết thúc hoặc bỏ khỏi danh sách. Chưa có gì thay đổi.
town-not-applied = Chưa có gì thay đổi. Nếu đồng ý với các thay đổi trên, đề nghị chạy lại: hopluu town apply { $file } --yes
town-other-hub = Tệp này thuộc trung tâm tổng hợp { $file }, còn nút này thuộc { $hub }. Chưa có gì thay đổi. Đề nghị kiểm tra lại tệp.
town-period-reported = Kỳ { $period } đã có báo cáo nên không thể bỏ khỏi danh sách. Chưa có gì thay đổi. Đề nghị giữ kỳ này trong tệp; nếu không nhận báo cáo nữa, dùng “hopluu period close { $period } --reason …”.
town-period-template = Kỳ { $period } theo biểu mẫu { $template }, còn tệp ghi { $other }. Báo cáo của kỳ bắt đầu từ biểu mẫu đã có nên tệp danh sách không đổi được biểu mẫu. Chưa có gì thay đổi. Đề nghị ghi lại { $template }, và dùng “hopluu template publish TỆP --from { $period }” để chuyển sang phiên bản mới.
town-plan-changed = Từ lúc xem đến lúc áp dụng, danh sách đơn vị, lịch hoặc báo cáo đã thay đổi, nên các thay đổi trên không còn đúng. Chưa có gì thay đổi. Đề nghị xem lại rồi áp dụng lại.

town-change-extension-added = Gia hạn kỳ { $subject } ({ $name }): { $after }
town-change-extension-removed = Bỏ gia hạn kỳ { $subject } ({ $name }): { $before }
town-change-field = { $subject }{ $name ->
        [none] {""}
       *[other] {" "}({ $name })
    }: { $field }: “{ $before }” → “{ $after }”
town-change-holiday-added = Thêm ngày nghỉ { $subject }
town-change-holiday-removed = Bỏ ngày nghỉ { $subject }
town-change-period-added = Mở kỳ { $subject }: { $after }
town-change-period-removed = Bỏ kỳ { $subject } (chưa có báo cáo nào): { $before }
town-change-unit-added = Thêm đơn vị { $subject } ({ $name }): { $after }
town-change-unit-ended = Kết thúc đơn vị { $subject } ({ $name }) vào ngày { $after }: tệp không còn đơn vị này, nhưng đơn vị đã có báo cáo, máy hoặc lời mời nên được giữ lại cho các kỳ trước
town-change-unit-removed = Bỏ đơn vị { $subject } ({ $name }): chưa có báo cáo, máy và lời mời nào

town-effect-deadline = Hạn nộp kỳ { $period } chuyển từ { $before } sang { $after } theo ngày nghỉ.
town-effect-joins = Kỳ { $period } cần thêm báo cáo của { $unit }{ $begun ->
        [yes] {" "}(báo cáo đã có sẵn được tính)
       *[no] ; số tổng hợp chưa đủ cho đến khi có báo cáo này
    }.
town-effect-kind = { $unit } nhập các ô khác cho kỳ { $period }: { $lost } ô đã nhập không còn được tính, { $lacking } ô bắt buộc chưa có số liệu.
town-effect-leaves = Kỳ { $period } không còn tính báo cáo của { $unit }{ $begun ->
        [yes] {" "}(báo cáo đã lập vẫn được giữ nhưng không cộng vào số tổng hợp)
       *[no] {""}
    }. Nếu đơn vị khác tiếp nhận nhiệm vụ, số liệu phần này do đơn vị đó báo cáo.

cli-no-periods = Chưa có kỳ báo cáo nào.
cli-period = { $period }  { $name }: từ { $first } đến { $last }, hạn nộp { $deadline }, biểu mẫu { $template }
cli-period-closed = {"  "}Đã khóa: { $reason }
cli-period-deadline-set = {"  "}Hạn nộp do trung tâm ấn định
cli-period-extension = {"  "}Gia hạn cho { $unit } đến { $until }: { $reason }
cli-quarters-cell = { $id }  { $label }: { $quarters }; cộng các quý { $sum }; đã nhập cho { $period }: { $value }
cli-quarters-heading = Chương trình không tự cộng: chỉ tiêu phát sinh trong kỳ thì cộng các quý, chỉ tiêu tính đến cuối kỳ thì lấy theo quý cuối. Đề nghị nhập bằng “hopluu set”.
cli-quarters-none = (chưa có)
cli-town-applied = Đã áp dụng { $count } thay đổi.
cli-town-changes = Các thay đổi ({ $count }):
cli-town-effects = Ảnh hưởng đến báo cáo và hạn nộp:
cli-town-heading =
    Danh sách đơn vị và lịch báo cáo, do “hopluu town show” ghi. Sửa xong: hopluu town apply TỆP
    Giữ nguyên dòng “base”: nhờ đó thay đổi của người khác trong thời gian này không bị mất.
cli-town-only-checked = Mới chỉ kiểm tra, chưa có gì thay đổi. Để áp dụng: hopluu town apply { $file } --yes
cli-town-unchanged = Tệp không có thay đổi nào cần áp dụng; danh sách đơn vị và lịch giữ nguyên.

help-period = Các kỳ báo cáo
help-period-list = Liệt kê các kỳ báo cáo, ngày đầu, ngày cuối và hạn nộp
help-period-open = Mở một kỳ báo cáo, mở lại kỳ đã khóa, hoặc ấn định hạn nộp (tại trung tâm tổng hợp)
help-period-open-period = Kỳ báo cáo, ví dụ 2023-q2
help-period-open-template = Biểu mẫu [mặc định: biểu mẫu áp dụng cho kỳ]
help-period-open-deadline = Hạn nộp, ví dụ 2023-06-16 [mặc định: theo quy tắc của biểu mẫu và ngày nghỉ]
help-period-close = Khóa một kỳ báo cáo: không ai sửa được báo cáo nữa (tại trung tâm tổng hợp)
help-period-close-period = Kỳ báo cáo
help-period-close-reason = Lý do, hiện cho người muốn sửa báo cáo
help-period-quarters = Số liệu đơn vị đã nhập ở các quý của kỳ 6 tháng, 9 tháng hoặc năm, đặt cạnh số liệu cả kỳ
help-period-quarters-period = Kỳ báo cáo, ví dụ 2023-6m
help-town = Danh sách đơn vị và lịch báo cáo dưới dạng tệp (tại trung tâm tổng hợp)
help-town-check = Cho biết tệp sẽ thay đổi những gì; không thay đổi gì
help-town-check-file = Tệp (xem docs/town-file.md)
help-town-apply = Áp dụng tệp: đơn vị, ngày nghỉ, kỳ báo cáo, gia hạn
help-town-apply-file = Tệp
help-town-apply-yes = Thực hiện; nếu không có, chỉ cho biết sẽ thay đổi những gì
help-town-show = Ghi ra tệp theo tình trạng hiện tại, để sửa rồi áp dụng
## Khóa, máy, lời mời, nơi tìm trung tâm tổng hợp

init-has-place = Thư mục này đã giữ dữ liệu của đơn vị { $unit }; không có gì thay đổi. Để tạo một trung tâm tổng hợp khác, đề nghị chọn thư mục khác bằng --data.
join-at-hub = Máy này là trung tâm tổng hợp của đơn vị { $unit }; trung tâm không tham gia bằng lời mời. Chưa có gì thay đổi. Để máy này làm việc cho đơn vị { $other }, đề nghị dùng một thư mục dữ liệu khác (--data).
join-other-town = Lời mời là của “{ $other }”, còn dữ liệu trong thư mục này thuộc “{ $town }”; hai nơi không trộn vào nhau được. Chưa có gì thay đổi. Đề nghị xin lời mời của “{ $town }”, hoặc dùng một thư mục dữ liệu khác (--data).
key-foreign-hub = Tệp khóa { $path } (khóa { $key }) không phải của trung tâm tổng hợp này (đơn vị { $unit }), nên trung tâm không mở; số liệu vẫn còn nguyên. Đề nghị đặt lại đúng tệp node.key từ bản sao lưu. Nếu không còn, chạy “hopluu new-key” để tạo khóa mới rồi mời lại các đơn vị.
key-foreign-office = Tệp khóa { $path } (khóa { $key }) không phải của máy này ở đơn vị { $unit }: những gì nhập bằng khóa đó sẽ không bao giờ gửi được, nên nút không mở; số liệu vẫn còn nguyên. Đề nghị đặt lại đúng tệp node.key từ bản sao lưu. Nếu không còn: chuyển tệp này đi nơi khác, xin lời mời mới cho đơn vị { $unit } rồi chạy “hopluu join LỜI-MỜI” ngay trong thư mục này, số liệu được giữ lại.
key-made = Thư mục này có dữ liệu nhưng không có tệp khóa, nên một khóa mới đã được tạo cho máy: { $key }. Số liệu được giữ lại. Khóa cũ vẫn còn trong danh sách của trung tâm; đề nghị trung tâm thu hồi (“hopluu node revoke”).
key-missing = Tệp khóa { $path } không còn, nhưng trong thư mục vẫn có dữ liệu của một nút; không có gì thay đổi và không có khóa nào được tạo. { $copy ->
        [yes] Một bản sao nằm ngay bên cạnh: nếu không ai cố ý chuyển tệp khóa đi, đề nghị đổi tên node.key-copy thành node.key. Nếu khóa được bỏ có chủ ý:
       *[no] Đề nghị chép lại tệp từ bản sao lưu. Nếu không còn bản sao lưu:
    } tại đơn vị, xin lời mời mới rồi chạy “hopluu join LỜI-MỜI” ngay trong thư mục này; tại trung tâm tổng hợp, chạy “hopluu new-key”.
key-missing-hub = Tệp khóa { $path } không còn, nhưng trong thư mục vẫn có dữ liệu của trung tâm tổng hợp (đơn vị { $unit }); không có gì thay đổi và không có khóa nào được tạo. { $copy ->
        [yes] Một bản sao nằm ngay bên cạnh: nếu không ai cố ý chuyển tệp khóa đi, đề nghị đổi tên node.key-copy thành node.key. Nếu khóa được bỏ có chủ ý:
       *[no] Đề nghị chép lại tệp từ bản sao lưu. Nếu không còn bản sao lưu:
    } chạy “hopluu new-key”, rồi mời lại từng đơn vị: họ tham gia ngay trong thư mục đang dùng, không mất số liệu.
key-missing-office = Tệp khóa { $path } không còn, nhưng trong thư mục vẫn có dữ liệu của đơn vị { $unit }; không có gì thay đổi và không có khóa nào được tạo. { $copy ->
        [yes] Một bản sao nằm ngay bên cạnh: nếu không ai cố ý chuyển tệp khóa đi, đề nghị đổi tên node.key-copy thành node.key. Nếu khóa được bỏ có chủ ý:
       *[no] Đề nghị chép lại tệp từ bản sao lưu. Nếu không còn bản sao lưu:
    } xin lời mời mới cho đơn vị { $unit } rồi chạy “hopluu join LỜI-MỜI” ngay trong thư mục này, số liệu được giữ lại.
new-key-at-office = Chỉ trung tâm tổng hợp tạo khóa mới bằng lệnh này; máy này thuộc đơn vị { $unit }. Chưa có gì thay đổi. Đề nghị chuyển tệp node.key đi nơi khác (nếu còn), xin lời mời mới rồi chạy “hopluu join LỜI-MỜI” ngay trong thư mục này.
new-key-unconfirmed = Chưa làm gì. Trung tâm tổng hợp sẽ có khóa mới trong { $path }, khóa cũ bị thu hồi. Sau đó không đơn vị nào kết nối được cho đến khi từng máy được mời lại (“hopluu invite ĐƠN-VỊ”) và chạy “hopluu join” trong thư mục đang dùng; không mất số liệu. Nếu còn bản sao lưu của node.key, chỉ cần chép lại tệp đó. Để thực hiện, thêm --yes.
hub-address-at-hub = Máy này là trung tâm tổng hợp, không tìm trung tâm nào. Trung tâm nhận kết nối tại địa chỉ của “hopluu serve --listen”; các đơn vị đổi địa chỉ bằng “hopluu hub-address” tại máy của họ.
hub-address-count = Cần từ 1 đến { $limit } địa chỉ của trung tâm tổng hợp, đã cho { $count }. Chưa có gì thay đổi.
hub-never-heard = Máy này chưa ghi nhận lần nào liên lạc được với trung tâm tổng hợp. Đề nghị hỏi trung tâm địa chỉ đang dùng; nếu khác, chạy “hopluu hub-address TÊN-MÁY:CỔNG”.
hub-silent-since = Lần cuối liên lạc được với trung tâm tổng hợp: { $since }. Mọi thứ đã lưu sẽ được gửi khi có kết nối trở lại. Nếu trung tâm đã chuyển sang địa chỉ khác, chạy “hopluu hub-address TÊN-MÁY:CỔNG”.
connection-closed-no-greeting = Trung tâm tổng hợp không nhận được tín hiệu mở đầu kết nối của máy này nên đã ngắt kết nối: đường truyền rất chậm hoặc mất gói tin. Dữ liệu đã lưu vẫn còn trên máy này. Đề nghị đồng bộ lại, hoặc để “hopluu serve” chạy: chương trình tự thử lại.
refused-key-of-other-unit = Trung tâm tổng hợp biết khóa của máy này là của một đơn vị khác, nên không dùng lời mời. Chưa có gì thay đổi. Có lẽ tệp node.key được chép từ máy khác sang: đề nghị chuyển tệp này đi nơi khác rồi chạy lại lệnh; một khóa mới sẽ được tạo.
invitation-not-here = Không có lời mời { $id }. Đề nghị xem các lời mời bằng “hopluu invite --list”.
invitation-used-up = Lời mời { $id } đã được máy { $machine } sử dụng nên không hủy được nữa. Nếu không cho máy đó tham gia, chạy “hopluu node revoke” với khóa của nó.
machine-ambiguous = Có nhiều máy tên “{ $name }”: { $machines }. Chưa thu hồi khóa nào. Đề nghị chạy lại lệnh với khóa của máy.
machine-must-stay = Không thu hồi được khóa { $key } (máy “{ $name }”): đó là khóa của trung tâm tổng hợp hoặc của chính máy này, thu hồi thì không ai làm việc được nữa. Chưa có gì thay đổi. Nếu khóa của trung tâm bị lộ, chạy “hopluu new-key” tại trung tâm.
machine-revoked-already = Khóa { $key } của máy “{ $name }” (đơn vị { $unit }) đã bị thu hồi từ trước; không cần làm gì thêm.
machine-unknown = Không có máy nào có tên hoặc khóa “{ $name }”. Đề nghị xem danh sách bằng “hopluu node list”.
revoke-unconfirmed = Chưa làm gì. Sẽ thu hồi khóa { $key } của máy “{ $name }” (đơn vị { $unit }): máy bị ngắt kết nối ngay và không bao giờ vào lại được bằng khóa này; những gì máy đã gửi vẫn còn, phần chưa gửi không được nhận từ máy đó. Đơn vị còn { $others } máy khác. Không hoàn tác được; để thực hiện, thêm --yes.
cli-machines-of = { $name } ({ $unit }):
cli-machine = {"  "}{ $name }, khóa { $key }, tham gia { $since }{ $marks }
cli-machine-connected = đang kết nối
cli-machine-here = máy này
cli-machine-hub = trung tâm tổng hợp
cli-machine-nameless = (không tên)
cli-machine-revoked = đã thu hồi { $time }
cli-revoked = Đã thu hồi khóa { $key } của máy “{ $name }” (đơn vị { $unit }). Những gì máy đã gửi vẫn còn. Đơn vị còn { $others } máy khác; nếu cần máy mới, chạy “hopluu invite { $unit }”.
cli-revoked-not-at-hub = Có hiệu lực khi trung tâm tổng hợp nhận được; đề nghị chạy “hopluu sync” ngay.
cli-no-invitations = Chưa có lời mời nào.
cli-invitation = { $id }  { $name } ({ $unit }): { $state }
cli-invitation-expired = hết hạn { $expires }
cli-invitation-open = còn hiệu lực đến { $expires }
cli-invitation-used = đã dùng bởi máy { $machine }
cli-invitation-void = không còn dùng được: bị thử sai quá nhiều lần
cli-withdrawn = Đã hủy lời mời { $id } của đơn vị { $unit }: không ai vào được bằng lời mời này nữa.
cli-hub-addresses = Tìm trung tâm tổng hợp tại: { $addresses }
cli-hub-moved = Từ nay tìm trung tâm tổng hợp tại: { $addresses }
cli-hub-silent = Không liên lạc được với trung tâm tổng hợp từ { $since } (lần cuối liên lạc được: { $heard }). { $why }
cli-hub-never-heard = Không liên lạc được với trung tâm tổng hợp từ { $since }. { $why }
cli-new-key = Trung tâm tổng hợp có khóa mới: { $key }. Đề nghị sao lưu node.key. Tiếp theo: “hopluu serve”, rồi “hopluu invite ĐƠN-VỊ” cho từng máy; mỗi máy chạy “hopluu join LỜI-MỜI” trong thư mục đang dùng, không mất số liệu.
cli-former-key = Khóa cũ được giữ tại { $path }.
help-invite-list = Liệt kê các lời mời đã cấp
help-invite-withdraw = Hủy một lời mời chưa ai dùng
help-node = Các máy của thị xã: liệt kê, thu hồi khóa
help-node-list = Liệt kê máy của từng đơn vị cùng khóa
help-node-revoke = Thu hồi khóa của một máy: bị ngắt ngay và không vào lại được
help-node-revoke-machine = Khóa hoặc tên của máy
help-node-revoke-yes = Thực hiện
help-hub-address = Xem nơi tìm trung tâm tổng hợp, hoặc đổi khi trung tâm đã chuyển
help-hub-address-address = Các địa chỉ của trung tâm, tốt nhất trước
help-new-key = Tạo khóa mới cho trung tâm tổng hợp đã mất khóa (tại trung tâm)
help-new-key-yes = Thực hiện
## Nội dung các mục: ghi, sửa cùng lúc

cli-text-cleared = Đã xóa nội dung mục { $id } trên máy này.
cli-text-merged = Trong lúc đó có người khác cũng viết vào mục { $id }; phần của họ được giữ lại cùng với nội dung vừa lưu. Đề nghị đọc lại toàn mục.
cli-text-saved = Đã lưu nội dung mục { $id } “{ $title }” trên máy này.
cli-text-unchanged = Nội dung mục { $id } không thay đổi.
document-heads-unknown = Nội dung chưa được ghi: nó được sửa từ một bản mà nút này không có. Đề nghị đọc lại nội dung hiện tại rồi sửa lại.
editor-failed = Trình soạn thảo “{ $editor }” không chạy được hoặc dừng giữa chừng: { $what }. Nội dung chưa thay đổi. Đề nghị đặt biến môi trường EDITOR là tên trình soạn thảo có trên máy.
editor-file = Không tạo được tệp tạm để soạn thảo: { $what }. Đề nghị kiểm tra dung lượng ổ đĩa.
editor-file-kept = Những gì đã soạn được giữ trong tệp { $path }. Đề nghị khắc phục lỗi trên rồi ghi lại từ tệp này.
text-edit-unclear = Nội dung chưa được ghi: yêu cầu phải có đúng một trong hai phần splices và text. Đề nghị sửa chương trình đã gửi yêu cầu.
text-empty = Tệp không có nội dung, nên nội dung của mục được giữ nguyên. Nếu thực sự muốn xóa, đề nghị dùng “hopluu text KỲ MỤC --clear”.
text-heads-unknown = Nội dung chưa được ghi: nó được sửa từ một bản mà nút này không có (trường heads không đúng, hoặc của nút khác). Đề nghị đọc lại nội dung hiện tại rồi sửa lại.
text-never-read = Nội dung của mục { $section } chưa bao giờ đúng như tệp được cho ở --base, nên chưa ghi gì. Đề nghị dùng tệp do “hopluu text” ghi ra trước khi sửa, hoặc sửa trực tiếp bằng --edit.
text-not-utf8 = Tệp không phải là văn bản thuần ở bảng mã UTF-8, nên nội dung của mục được giữ nguyên. Đề nghị lưu lại theo kiểu “Văn bản thuần” (.txt) với bảng mã UTF-8: trong Notepad chọn Lưu dưới dạng, mục Mã hóa; trong Word chọn kiểu Văn bản thuần (Plain Text).
text-splice-outside = Nội dung chưa được ghi: có chỗ sửa nằm ngoài nội dung đã đọc. Vị trí được tính theo ký tự Unicode, không theo byte hay UTF-16. Đề nghị đọc lại nội dung hiện tại rồi sửa lại.
text-without-heads = Nội dung chưa được ghi: yêu cầu không cho biết nó được sửa từ bản nào (trường heads), nên có thể xóa mất phần người khác vừa viết. Đề nghị đọc lại nội dung, rồi gửi kèm heads nhận được.

help-text-base = Tệp trước khi sửa, do “text” ghi ra: phần người khác viết từ lúc đó được giữ lại
help-text-clear = Xóa toàn bộ nội dung mục
help-text-edit = Mở nội dung trong trình soạn thảo (VISUAL, EDITOR); phần người khác viết trong lúc đó được giữ lại
help-text-heads = Bản mà tệp được sửa từ đó, như “text --json” cho biết: phần người khác viết sau bản ấy được giữ lại. Nếu không có, tệp thay cho nội dung hiện tại

## Dòng lệnh: số liệu đáng ngờ, cách dùng sai, kết quả không ghi được

check-below-zero = Kết quả tính ra là số âm ({ $value }) từ { $cells }. Số liệu vẫn được lưu; đề nghị kiểm tra lại các ô này trước khi nộp.
check-part-above-whole = Số thành phần lớn hơn số tổng: { $part } lớn hơn { $whole ->
        [none] số đơn vị thuộc loại này
       *[other] { $whole }
    }{ $percent ->
        [none] {""}
       *[other] , tức { $percent }%
    }. Số liệu vẫn được lưu; đề nghị kiểm tra lại các ô này trước khi nộp.
check-row-above-total = { $row } lớn hơn dòng cấp trên { $total }. Số liệu vẫn được lưu; đề nghị kiểm tra lại hai ô này trước khi nộp.
cli-demo-stopped = Đã dừng theo yêu cầu; thư mục tạm đã được xóa.
cli-demo-stopped-kept = Đã dừng theo yêu cầu; phần đã làm được giữ trong { $path }.
output-unwritable = Không ghi được kết quả ra đầu ra chuẩn: { $what }. Việc được yêu cầu đã thực hiện xong và không bị mất; đề nghị kiểm tra dung lượng ổ đĩa nơi ghi kết quả.
serve-hangs = Tiến trình “hopluu serve”{ $process ->
        [none] {""}
       *[other] {" "}(số { $process })
    } giữ kho dữ liệu nhưng không trả lời trong { $seconds } giây, có lẽ bị treo. Dữ liệu đã báo là đã lưu vẫn còn. Đề nghị dừng tiến trình đó rồi chạy lại “hopluu serve”.
sources-format = Định dạng này đã ghi sẵn các lần nộp trong tệp. Trang “Tổng hợp từ các lần nộp” chỉ có ở dạng DOCX và PDF.
cli-usage = Cách dùng: { $usage }
cli-usage-conflict = Không dùng { $argument } cùng với { $other ->
        [none] tham số khác
       *[other] { $other }
    } được. Đề nghị bỏ bớt một.
cli-usage-missing-argument = Thiếu { $arguments }. Đề nghị bổ sung; thêm --help để xem hướng dẫn.
cli-usage-missing-command = Thiếu lệnh con{ $commands ->
        [none] {""}
       *[other] : { $commands }
    }. Đề nghị bổ sung; thêm --help để xem hướng dẫn.
cli-usage-missing-value = Thiếu giá trị cho { $argument }. Đề nghị bổ sung.
cli-usage-not-utf8 = Dòng lệnh có ký tự không hợp lệ (không ở bảng mã UTF-8). Đề nghị gõ lại.
cli-usage-too-many = Thừa “{ $argument }”. Đề nghị bỏ bớt.
cli-usage-too-many-values = Thừa giá trị “{ $value }” cho { $argument }. Đề nghị bỏ bớt.
cli-usage-unknown-argument = Không có tham số { $argument }{ $meant ->
        [none] {""}
       *[other] ; có lẽ là { $meant }
    }. Đề nghị kiểm tra lại; thêm --help để xem hướng dẫn.
cli-usage-unknown-command = Không có lệnh “{ $command }”{ $meant ->
        [none] {""}
       *[other] ; có lẽ là { $meant }
    }. Lệnh “hopluu --help” liệt kê các lệnh.
cli-usage-wrong = Dòng lệnh không đúng. Đề nghị thêm --help để xem hướng dẫn.
cli-usage-wrong-choice = { $argument } không nhận “{ $value }”. Đề nghị dùng một trong: { $choices }.
cli-usage-wrong-value = { $argument } không nhận “{ $value }”. Đề nghị kiểm tra lại; thêm --help để xem hướng dẫn.

usage-any-options = TÙY CHỌN
usage-arguments = Tham số:
usage-choices = [một trong: { $what }]
usage-command = LỆNH
usage-commands = Lệnh:
usage-default = [mặc định: { $what }]
usage-help = In hướng dẫn
usage-help-command = In hướng dẫn này, hoặc hướng dẫn của một lệnh
usage-options = Tùy chọn:
usage-title = Cách dùng:
usage-variable = [biến môi trường: { $what }]
usage-version = In phiên bản
usage-value-addr = ĐỊA-CHỈ
usage-value-day = NGÀY
usage-value-dir = THƯ-MỤC
usage-value-file = TỆP
usage-value-format = ĐỊNH-DẠNG
usage-value-heads = BẢN-GỐC
usage-value-host-port = TÊN-MÁY:CỔNG
usage-value-hours = SỐ-GIỜ
usage-value-id = MÃ
usage-value-id-version = MÃ@PHIÊN-BẢN
usage-value-indicator = CHỈ-TIÊU
usage-value-invitation = LỜI-MỜI
usage-value-key-or-name = KHÓA-HOẶC-TÊN
usage-value-lang = NGÔN-NGỮ
usage-value-name = TÊN
usage-value-period = KỲ
usage-value-section = MỤC
usage-value-template = BIỂU-MẪU
usage-value-text = NỘI-DUNG
usage-value-unit = ĐƠN-VỊ
usage-value-value = GIÁ-TRỊ
help-openapi = In mô tả giao diện lập trình nội bộ (OpenAPI 3.1, JSON)

## Nội dung mà trung tâm tổng hợp không nhận vì người ghi

edits-stuck = Trung tâm tổng hợp không nhận một số nội dung của { $doc }, vì chúng được ghi bằng khóa mà trung tâm không biết là của đơn vị này. Nội dung vẫn còn trên máy này, chưa đến trung tâm và không tự gửi được. Đề nghị xem và nhận chúng về máy này bằng “hopluu adopt”.
adopt-unconfirmed = Chưa làm gì. Khi thực hiện, các thay đổi trên được ghi lại dưới khóa của máy này, giữ nguyên số liệu, ghi chú, từng chữ, tên người nhập và thời điểm, rồi được gửi lên trung tâm; bản bị từ chối vẫn nằm trong kho dữ liệu nhưng không còn được tính. Lần nộp đã ký bằng khóa kia thì phải nộp lại. Để thực hiện, thêm --yes.
adopt-under-foreign-key = Khóa hiện tại của máy này không thuộc đơn vị, nên chưa thể nhận các thay đổi về. Đề nghị đặt lại đúng tệp node.key trước.
cli-nothing-stuck = Không có nội dung nào bị trung tâm tổng hợp từ chối.
cli-stuck = { $doc }: { $count } thay đổi không gửi được, từ { $first } đến { $last }, người nhập: { $people }; bị từ chối vì khóa { $keys }.
cli-adopted = { $doc }: { $count } thay đổi nay là của máy này và sẽ được gửi khi đồng bộ. Nếu báo cáo đã nộp bằng khóa kia, đề nghị nộp lại.
cli-not-adopted = { $doc }: không phải tài liệu của đơn vị này nên không nhận về được; nội dung vẫn còn trên máy. Đề nghị báo chuyên viên tổng hợp.
help-adopt = Nhận về máy này những nội dung mà trung tâm không nhận vì khóa của người ghi
help-adopt-yes = Thực hiện

## Màn hình làm việc: biểu mẫu, số liệu, trang

value-read-as = “{ $text }” được đọc là { $value }.
edits-too-many = Một lần chỉ ghi được { $limit } ô, ở đây có { $count } ô. Chưa ghi ô nào; đề nghị chia thành nhiều lần.
settings-invalid = Cài đặt không hợp lệ nên chưa được lưu. Cỡ chữ từ 100 đến 200%, tối đa 200 tên, mỗi tên không quá 200 ký tự.
ui-state-invalid = Trạng thái màn hình không lưu được: tên chỉ gồm chữ không dấu, chữ số và dấu nối, nội dung tối đa { $limit } byte. Số liệu không bị ảnh hưởng.
submit-draft = { $label }: “{ $text }” chưa phải là giá trị hợp lệ và mới chỉ nằm trên máy này. Đề nghị nhập lại ô này hoặc bỏ nội dung đó rồi nộp.
page-unknown = Báo cáo không có trang { $number }.
open-no-serve = Chưa có nút nào đang chạy với thư mục { $path } nên chưa có đường dẫn. Đề nghị chạy “hopluu serve”, hoặc “hopluu open” không kèm --print để chạy nút luôn.
screen-form-appendix = Phụ lục { $number }
screen-form-facts = Số liệu trong nội dung
screen-form-auxiliary = Số liệu bổ trợ
screen-form-units = số đơn vị loại { $kind }
screen-form-part-not-above = { $part } không lớn hơn { $whole }
screen-form-at-most-hundred = Không lớn hơn 100%
screen-form-not-above = Không lớn hơn mục { $total }
screen-number-argument = { $part } ÷ { $whole } = { $percent }%
screen-change-points = { $change } điểm
screen-page-not-built-title = Chưa có trang làm việc
screen-page-not-built = Chương trình này được dựng khi chưa có trang. Đề nghị chạy “npm ci” và “npm run build” trong thư mục app của mã nguồn, dựng lại chương trình rồi mở lại. Các lệnh của hopluu vẫn dùng được như thường.
screen-session-link-used = Đường dẫn này đã dùng rồi hoặc đã quá 5 phút. Đề nghị chạy lại “hopluu open”.
cli-window-shown = Cửa sổ chương trình đang mở trên kho dữ liệu này; cửa sổ đã được đưa lên phía trước.
cli-opened = Đã mở trang trong trình duyệt. Nếu không thấy, đề nghị tự mở đường dẫn này (dùng được một lần, trong 5 phút): { $url }
cli-open-link = { $url }
help-open = Mở trang làm việc trong trình duyệt; nếu nút chưa chạy (`serve`) thì chạy luôn
help-open-print = Chỉ in đường dẫn: dùng được một lần, trong 5 phút
render-picture = Không vẽ được trang báo cáo: { $what }. Số liệu không bị ảnh hưởng; đề nghị xuất báo cáo ra PDF.

## Nhiều giá trị trong một ô, sửa sau khi nộp, nộp sau khi khóa

cell-contested = “{ $label }” đang có nhiều giá trị hoặc ghi chú khác nhau do nhiều người nhập: { $values }. Chưa giá trị nào được tính. Đề nghị chọn bằng “hopluu set { $period } MÃ GIÁ-TRỊ”, chọn ghi chú bằng --note.
figure-on-contested = Số tính ra này chưa đầy đủ vì chưa gồm các ô đang có nhiều giá trị: { $cells }. Đề nghị chọn giá trị cho các ô này.
draft-changed = Báo cáo này lập từ bản nháp, đã khác lần nộp thứ { $number }: { $cells } ô số liệu, { $texts } mục nội dung. Trung tâm tổng hợp vẫn tính theo lần nộp đó{ $closed ->
        [yes] {"."} Kỳ đã khóa; nếu cần nộp lại, đề nghị liên hệ trung tâm tổng hợp để mở khóa.
       *[no] {"."} Muốn nộp bản đã sửa, đề nghị chạy “hopluu submit { $period }”.
    }
submission-changed = { $unit } đã sửa bản nháp sau lần nộp thứ { $number }: { $cells } ô số liệu, { $texts } mục nội dung, chưa nộp lại. Báo cáo này không có các sửa đổi đó{ $closed ->
        [yes] {"."} Kỳ { $period } đã khóa.
       *[no] {"."} Nếu cần, đề nghị đơn vị nộp lại.
    }
submission-after-closing = Lần nộp của { $unit } đến trung tâm tổng hợp lúc { $received }, sau khi kỳ đã khóa lúc { $closed }; đơn vị ký lúc { $signed } theo giờ máy của đơn vị. Lần nộp này vẫn được tính; đề nghị đối chiếu nếu báo cáo đã ban hành.
submit-note-conflict = Ô số liệu có nhiều ghi chú khác nhau do nhiều người viết. Đề nghị xem “hopluu conflicts KỲ” và chọn một ghi chú (hopluu set … --note) trước khi nộp.
invite-hours = Không tạo được lời mời có hiệu lực { $hours } giờ. Chưa tạo lời mời. Đề nghị chọn số giờ từ 1 đến { $most }.
cli-note-entry = ghi chú: { $entry }
cli-contested = (chưa chọn)
cli-conflict-choose = Có { $count } ô đang có nhiều giá trị hoặc ghi chú khác nhau; chưa giá trị nào được tính. Chọn bằng “hopluu set { $period } MÃ GIÁ-TRỊ”, chọn ghi chú bằng --note.
cli-note-conflict = { $id } – { $label }: có nhiều ghi chú khác nhau. Chọn ghi chú đúng bằng “hopluu set … --note”:
cli-entry-stands = { $entry } (hiện có trong ô)
cli-incomplete-marked = * Số tính ra chưa đầy đủ: còn thiếu số liệu, hoặc có ô chưa chọn giá trị.
cli-status-changed = {"  "}Đã sửa sau lần nộp thứ { $number }: { $cells } ô số liệu, { $texts } mục nội dung. { $who ->
        [closed] Lần nộp không có các sửa đổi này; kỳ đã khóa.
        [hub] Lần nộp không có các sửa đổi này; đơn vị chưa nộp lại.
       *[office] Lần nộp không có các sửa đổi này; muốn nộp, chạy lại “hopluu submit { $period }”.
    }
cli-status-after-closing = {"  "}Đến trung tâm tổng hợp lúc { $received }, sau khi kỳ đã khóa lúc { $closed } (giờ của trung tâm); ký lúc { $signed } (giờ máy của đơn vị). Lần nộp vẫn được giữ và được tính.

# Edits by name, and bounds
edit-id-invalid = Lần sửa này chưa được lưu: tên của nó (edit_id) không phải 16 đến 64 chữ cái không dấu và chữ số, hoặc đã dùng cho một lần sửa khác. Những gì đã lưu trước đó vẫn giữ nguyên; đề nghị sửa lại.
draft-too-long = Nội dung này không phải là giá trị của ô, và dài { $bytes } byte nên không giữ lại như đã nhập được (tối đa { $limit } byte). Nội dung chưa được lưu; ô vẫn như cũ. Đề nghị rút gọn rồi nhập lại.
ui-state-full = Trạng thái màn hình không lưu được: đã có { $limit } trạng thái được lưu. Số liệu không bị ảnh hưởng.
request-unreadable = Chương trình không đọc được yêu cầu đã gửi nên chưa lưu gì. Đề nghị tải lại trang; nếu vẫn vậy, đề nghị cài cùng một phiên bản ở mọi nơi.
request-unknown = Chương trình không có mục được yêu cầu. Đề nghị tải lại trang; nếu vẫn vậy, đề nghị cài cùng một phiên bản ở mọi nơi.

## Chạy thử, máy mới, trang của báo cáo

cli-demo-found = Chạy tiếp thị xã đã có trong { $path }; những gì đã nhập vẫn giữ nguyên.
cli-demo-page = { $unit }:
cli-demo-machines = Mọi máy trong thị xã đang chạy. Muốn mở trang của máy khác, gõ ở một cửa sổ khác:
cli-demo-machine = { $unit }: { $program } --data "{ $path }" open
cli-demo-running = Quý II năm 2023 đang mở để nhập thử. Nhấn Ctrl-C để dừng; khi đó mọi thứ bị xóa (thêm --keep DIR nếu muốn giữ lại).
cli-demo-running-kept = Quý II năm 2023 đang mở để nhập thử. Nhấn Ctrl-C để dừng; dữ liệu được giữ trong { $path }, chạy lại lệnh này là tiếp tục.
help-demo-open = Để thị xã chạy đến khi nhấn Ctrl-C và mở trang của các đơn vị trong trình duyệt
cli-serve-new = Thư mục { $path } chưa có gì: đã tạo một nút mới. Đề nghị mở trang bằng “hopluu open” rồi dán lời mời vào đó.
cli-not-opened = Không mở được trình duyệt. Đề nghị tự mở đường dẫn này (dùng được một lần, trong 5 phút): { $url }
page-elsewhere = Cổng { $port } mà trang vẫn dùng đang do chương trình khác giữ nên lần này trang ở địa chỉ khác. Những gì trang đang mở chưa lưu được vẫn nằm trong trình duyệt và sẽ được gửi khi cổng đó trống và chương trình được chạy lại.
page-width = Ảnh của một trang rộng từ { $narrowest } đến { $widest } điểm ảnh. Đề nghị chọn độ rộng trong khoảng đó.
pages-replaced = Đã có yêu cầu xem trang khác nên trang này chưa được vẽ. Nếu vẫn cần, đề nghị yêu cầu lại.
submission-unknown = Báo cáo không có lần nộp { $id }.
door-other-name = Đường dẫn của trang này không phải của chương trình nên không có gì được trả về. Đề nghị mở trang bằng “hopluu open”.
door-other-page = Yêu cầu đến từ một trang khác, không phải trang của chương trình, nên không được thực hiện. Đề nghị mở trang bằng “hopluu open”.
door-no-session = Trang này chưa được chương trình mở, hoặc chương trình vừa chạy lại. Đề nghị chạy “hopluu open”. Những gì đã lưu không bị ảnh hưởng.

# Paragraphs that people changed apart from each other
submit-text-conflict = Mục “{ $title }” ({ $section }) có { $count } đoạn do hai người cùng sửa mà chưa thấy phần sửa của nhau; hai phần đã được gộp và đều còn giữ. Đề nghị xem “hopluu conflicts { $period }” và chọn cách viết trước khi nộp.
text-contested = Mục “{ $title }” ({ $section }) có { $count } đoạn do hai người cùng sửa mà chưa thấy phần sửa của nhau. Bản này in đoạn đã gộp, có thể chưa đúng ý. Đề nghị xem “hopluu conflicts { $period }”, sửa lại, hoặc xác nhận bằng “hopluu text { $period } { $section } --settle”.
text-place-unknown = Chưa xác nhận được đoạn này: nội dung trên nút này không có đoạn được nêu. Nội dung không thay đổi; đề nghị đọc lại nội dung hiện tại rồi chọn lại.
cli-text-conflict = { $id } – { $title }: hai người cùng sửa một đoạn mà chưa thấy phần sửa của nhau. Mỗi người đã viết:
cli-text-conflict-now = Đoạn đã gộp, hiện có trong nội dung: { $text }
cli-text-settled = Đã xác nhận { $count } đoạn của mục { $id } là đúng như hiện có.
cli-status-text-conflicts = Đoạn nội dung do hai người cùng sửa, chưa chọn cách viết: { $count }
help-text-settle = Xác nhận mọi đoạn do nhiều người cùng sửa là đúng như hiện có

# The program's window
window-keep = Không ghi được vào { $path }: { $what }. Chưa có gì được lưu ở đó; báo cáo vẫn nguyên vẹn. Đề nghị kiểm tra quyền ghi và dung lượng trống của ổ đĩa, hoặc chọn nơi khác.
window-folder = Không dùng được thư mục dữ liệu { $path }: { $what }. Chưa có gì bị thay đổi. Đề nghị kiểm tra quyền ghi và dung lượng trống của ổ đĩa rồi mở lại chương trình.
window-hangs = Chương trình đang mở sẵn một cửa sổ cho { $path } nhưng cửa sổ đó không trả lời. Những gì đã báo là lưu vẫn còn nguyên. Đề nghị tìm cửa sổ ở thanh tác vụ hoặc cạnh đồng hồ; nếu nó không phản ứng, hãy kết thúc nó rồi mở lại chương trình.
window-broke-off = Cửa sổ chương trình đang giữ kho dữ liệu nhưng yêu cầu chưa được trả lời trọn vẹn: { $what }. Chưa rõ yêu cầu đã được thực hiện hay chưa. Đề nghị xem lại kết quả trong cửa sổ hoặc bằng lệnh, rồi thực hiện lại nếu cần. Những gì đã báo là đã lưu vẫn còn nguyên.
screen-window-cannot-open = Chương trình không mở được dữ liệu của máy này
screen-window-again = Thử lại
screen-window-open = Mở Hợp Lưu
screen-window-quit = Thoát
screen-window-line = { $kind ->
        [all-sent] Đã lưu tại máy; trung tâm đã nhận đủ
        [cannot-write] Không lưu được vào máy này: xem cửa sổ
        [hub] Máy này là trung tâm tổng hợp
        [hub-silent] Đã lưu tại máy; trung tâm không trả lời
        [long-silence] Đã lưu tại máy; nhiều ngày chưa liên lạc được trung tâm
        [never-joined] Đã lưu tại máy; chưa liên lạc được trung tâm lần nào
        [not-joined] Đang chờ lời mời
        [refused] Đã lưu tại máy; trung tâm từ chối một số thay đổi: xem cửa sổ
        [revoked] Đã lưu tại máy; trung tâm đã thu hồi máy này: xem cửa sổ
        [sending] Đã lưu tại máy; đang gửi về trung tâm
       *[other] Đã lưu tại máy; đang chờ đường truyền
    }
screen-window-accepted = Trung tâm đã chấp nhận báo cáo: { $period }.
screen-window-returned = Trung tâm đã trả lại báo cáo: { $period }. Mở chương trình để xem lý do.
screen-window-unsaved = Có { $count } thay đổi chưa ghi được nên chương trình vẫn mở. Cửa sổ cho biết cần làm gì; đóng cửa sổ lần nữa sẽ thoát chương trình, những gì đã gõ vào ô và vào mục được giữ lại cho lần mở sau.
screen-window-files = Tệp

# Six words
cli-hub-words = Sáu từ của trung tâm tổng hợp: { $words }. Đơn vị nhận lời mời gọi đến hỏi thì đọc sáu từ này.
cli-invited-words = Sáu từ để so khớp: { $words }. Khi đơn vị gọi đến, đọc cho họ nghe; hai bên không giống nhau thì lời mời đã bị đổi trên đường đi.
cli-join-words = Lời mời dẫn tới trung tâm tổng hợp có sáu từ: { $words } (mã { $key }). Nếu chưa so, gọi người gửi lời mời bằng số điện thoại vẫn dùng; không khớp thì dừng lại và xin lời mời khác.
cli-status-words = Sáu từ của nút: { $words }

# Số liệu trong nội dung
text-figure-missing = Mục “{ $title }” lấy số từ ô này (“{ $label }”), mà ô chưa có đủ số liệu: bản in ghi “{ $shown }” ở chỗ đó. Đề nghị nhập số liệu cho ô, hoặc bỏ số này khỏi nội dung.
text-figure-unknown = Nội dung chưa được ghi: báo cáo của đơn vị không có ô số liệu { $indicator }. Đề nghị chọn ô khác. Nếu đó chỉ là chữ trong ngoặc nhọn, đề nghị viết hai dấu “{"{"}” liền nhau ở đầu.
text-figures-not-in-form = Nội dung chưa được ghi: biểu mẫu phiên bản { $form } chưa cho đặt số liệu của ô vào nội dung. Đề nghị viết số bằng chữ số, hoặc đề nghị trung tâm tổng hợp ban hành phiên bản biểu mẫu có “format = 2”.
text-figures-at-hub = Nội dung chưa được ghi: nội dung của trung tâm tổng hợp chưa đặt được số liệu của ô vào câu. Đề nghị viết số bằng chữ số.
