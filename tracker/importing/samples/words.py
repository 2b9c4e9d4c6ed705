"""The words that made-up recommendations are put together from."""

from datetime import date

from tracker.choices import AnswerOutcome, DifficultyCategory, Progress, SessionKind

# How the keys of made-up rows begin.
SAMPLE = "mau-"
RESOLUTIONS = (
    ("101-NQ/TW", date(2018, 6, 8), "Phát triển công nghiệp hỗ trợ và cơ khí"),
    ("102-NQ/TW", date(2019, 5, 20), "Phát triển kinh tế số và xã hội số"),
    ("103-NQ/TW", date(2020, 9, 14), "Chuyển dịch năng lượng và tiết kiệm điện"),
    ("104-NQ/TW", date(2022, 4, 11), "Liên kết vùng trong phát triển công nghiệp"),
    ("105-NQ/TW", date(2023, 10, 2), "Đào tạo nhân lực kỹ thuật trình độ cao"),
    ("106-NQ/TW", date(2025, 3, 17), "Đổi mới sáng tạo trong doanh nghiệp"),
)
FURTHER = "Phát triển ngành và vùng, chuyên đề số {}"
MEETINGS = {
    SessionKind.WORKING_SESSION: "Buổi làm việc",
    SessionKind.FIELD_SURVEY: "Khảo sát thực tế",
}
TOPICS = (
    ("dat-dai", "Đất đai, mặt bằng"),
    ("nang-luong", "Năng lượng"),
    ("ha-tang", "Hạ tầng giao thông"),
    ("nhan-luc", "Nhân lực kỹ thuật"),
)
ACTS = (
    "Ban hành",
    "Sửa đổi, bổ sung",
    "Sớm phê duyệt",
    "Hướng dẫn thực hiện",
    "Bố trí vốn cho",
    "Rà soát",
    "Tháo gỡ vướng mắc về",
    "Đẩy nhanh tiến độ",
    "Thí điểm",
    "Phân cấp cho địa phương quyết định",
    "Xây dựng và trình cấp có thẩm quyền",
    "Tổng kết, đánh giá",
)
OBJECTS = (
    "cơ chế ưu đãi đầu tư vào cụm công nghiệp",
    "quy hoạch khu công nghiệp chuyên ngành cơ khí",
    "chính sách tín dụng cho doanh nghiệp công nghiệp hỗ trợ",
    "chỉ tiêu sử dụng đất khu công nghiệp",
    "đề án chuyển đổi số trong cơ quan nhà nước",
    "nền tảng dữ liệu dùng chung cấp tỉnh",
    "hạ tầng kết nối cảng biển với khu kinh tế",
    "quy chuẩn kỹ thuật về xử lý nước thải công nghiệp",
    "chương trình đào tạo kỹ sư bán dẫn",
    "trung tâm chế biến sâu khoáng sản",
    "danh mục dự án năng lượng tái tạo",
    "thủ tục thuê đất của dự án thứ cấp",
    "quỹ phát triển khoa học và công nghệ của doanh nghiệp",
    "mô hình khu công nghiệp sinh thái",
    "nhà ở xã hội cho công nhân khu công nghiệp",
    "dịch vụ công trực tuyến toàn trình",
    "tuyến đường nối cao tốc với cụm công nghiệp",
    "cơ sở dữ liệu về doanh nghiệp chế biến, chế tạo",
    "phòng thử nghiệm dùng chung cho ngành dệt may",
    "mạng lưới logistics và kho lạnh nông sản",
    "cơ chế mua điện trực tiếp cho nhà máy",
    "vùng nguyên liệu dược liệu gắn với chế biến",
    "trạm biến áp và lưới điện 110 kV",
    "khu thương mại tự do gắn với cảng hàng không",
)
PURPOSES = (
    "nhằm thu hút dự án công nghệ cao",
    "để giảm thời gian giải phóng mặt bằng",
    "phù hợp với quy hoạch tỉnh đã được phê duyệt",
    "gắn với bảo vệ môi trường",
    "theo hướng đơn giản hóa thủ tục hành chính",
    "bảo đảm nguồn điện cho sản xuất",
    "để nâng tỷ lệ nội địa hóa",
    "phục vụ doanh nghiệp nhỏ và vừa",
    "trên cơ sở hợp tác công tư",
    "thống nhất từ tỉnh đến cơ sở",
    "tạo việc làm cho lao động tại chỗ",
    "",
)
NOTES = {
    Progress.NOT_STARTED: (
        "Chưa triển khai, đang chờ hướng dẫn của cơ quan cấp trên",
        "Đang bố trí nhân sự, chưa có kế hoạch cụ thể",
    ),
    Progress.IN_PROGRESS: (
        "Đã ban hành kế hoạch và phân công đầu mối",
        "Đang lấy ý kiến các sở, ngành về dự thảo",
        "Đã hoàn thành khảo sát hiện trạng",
        "Hồ sơ đã trình, đang được thẩm định",
        "Khối lượng thực hiện đạt khoảng một nửa",
        "Vướng mắc về nguồn gốc đất, đang xác minh",
    ),
    Progress.COMPLETED: (
        "Đã ban hành văn bản và tổ chức thực hiện",
        "Công trình đã nghiệm thu, đưa vào sử dụng",
        "Đã có văn bản trả lời và hướng dẫn cụ thể",
    ),
    Progress.SUSPENDED: (
        "Tạm dừng do chưa cân đối được vốn",
        "Tạm dừng để chờ luật sửa đổi có hiệu lực",
    ),
    Progress.DISCONTINUED: (
        "Không tiếp tục vì nội dung đã nằm trong chương trình khác",
        "Không tiếp tục do không còn phù hợp quy hoạch",
    ),
}
EXTENSIONS = (
    "Gia hạn do thủ tục đất đai kéo dài",
    "Gia hạn theo đề nghị của cơ quan chủ trì",
    "Điều chỉnh theo kế hoạch đầu tư công",
)
DOCUMENTS = ("BC", "QĐ", "CV", "TB")
# What tends to follow; a history that has come to an end rarely goes on.
FOLLOWING = {
    Progress.NOT_STARTED: ((Progress.IN_PROGRESS, 84), (Progress.NOT_STARTED, 12)),
    Progress.IN_PROGRESS: ((Progress.IN_PROGRESS, 78), (Progress.COMPLETED, 22)),
    Progress.COMPLETED: ((Progress.COMPLETED, 80), (Progress.IN_PROGRESS, 20)),
    Progress.SUSPENDED: ((Progress.IN_PROGRESS, 70), (Progress.SUSPENDED, 20)),
    Progress.DISCONTINUED: ((Progress.DISCONTINUED, 80), (Progress.IN_PROGRESS, 20)),
}
STOPS = ((Progress.SUSPENDED, 4), (Progress.DISCONTINUED, 2))
CLOSED = {Progress.COMPLETED, Progress.DISCONTINUED}
KINDS = (55, 25, 12, 8)
# How often a thing is done for one recommendation: the weights of none, once, twice …
REPORTS = (11, 8, 8, 8, 8, 8, 8, 8, 8, 7, 6, 6, 6)
ACTIONS = (12, 10, 18, 22, 18, 10, 6, 4)
REPORTS_OF_ACTION = (10, 22, 30, 24, 14)
DEADLINES = (2, 5, 1)
ANSWERS = (3, 6, 1)
DIFFICULTIES = (14, 5, 1)
ANSWERED = {
    AnswerOutcome.ACCEPTED: ("Thống nhất với kiến nghị, giao đơn vị thực hiện", 40),
    AnswerOutcome.ACCEPTED_IN_PART: ("Tiếp thu một phần, phần còn lại nghiên cứu", 25),
    AnswerOutcome.NOTED: ("Ghi nhận để xem xét khi sửa đổi quy định", 20),
    AnswerOutcome.NOT_ACCEPTED: ("Chưa tiếp thu vì quy định hiện hành đã đủ", 8),
    AnswerOutcome.OUTSIDE_REMIT: ("Không thuộc thẩm quyền, đã chuyển cơ quan khác", 7),
}
OBSTACLES = {
    DifficultyCategory.INSTITUTIONS: "Quy định của các luật chưa thống nhất",
    DifficultyCategory.CAPITAL: "Chưa cân đối được nguồn vốn",
    DifficultyCategory.LAND: "Giải phóng mặt bằng chậm so với kế hoạch",
    DifficultyCategory.PEOPLE: "Thiếu cán bộ có chuyên môn phù hợp",
    DifficultyCategory.DATA: "Dữ liệu giữa các hệ thống chưa khớp",
    DifficultyCategory.COORDINATION: "Các cơ quan cho ý kiến chậm",
    DifficultyCategory.OTHER: "Thời tiết bất lợi kéo dài",
}
WAYS_OUT = (
    "Đã được cơ quan có thẩm quyền hướng dẫn",
    "Đã bố trí đủ nguồn lực",
    "Đã thống nhất giữa các bên",
)
RETURNS = (
    "Đề nghị bổ sung văn bản chứng minh",
    "Đề nghị nêu rõ khối lượng đã thực hiện",
    "Ngày hoàn thành chưa khớp với văn bản",
)
STEPS = (
    "Lập kế hoạch chi tiết và phân công đầu mối",
    "Lấy ý kiến các cơ quan liên quan",
    "Trình cấp có thẩm quyền phê duyệt",
    "Bố trí kinh phí thực hiện",
    "Tổ chức kiểm tra tại hiện trường",
    "Báo cáo kết quả thực hiện",
    "Rà soát quy định có liên quan",
    "Công bố và phổ biến đến cơ sở",
)
