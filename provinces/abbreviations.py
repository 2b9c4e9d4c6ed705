"""Abbreviations of official papers beside what they stand for, and parts of numbers.

Searching reads either side as the other. A line has one or more short forms, then
one or more long ones; the accents are those of the papers.
"""

ABBREVIATIONS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("NQ",), ("nghị quyết",)),
    (("QĐ",), ("quyết định",)),
    (("NĐ",), ("nghị định",)),
    (("KL",), ("kết luận",)),
    (("CTr",), ("chương trình",)),
    (("KCN",), ("khu công nghiệp",)),
    (("CCN",), ("cụm công nghiệp",)),
    (("KKT",), ("khu kinh tế",)),
    (("KH&CN", "KHCN"), ("khoa học và công nghệ", "khoa học công nghệ")),
    (("KH&ĐT", "KHĐT"), ("kế hoạch và đầu tư", "kế hoạch đầu tư")),
    (("TT&TT", "TTTT"), ("thông tin và truyền thông", "thông tin truyền thông")),
    (("TN&MT", "TNMT"), ("tài nguyên và môi trường", "tài nguyên môi trường")),
    (("NN&MT", "NNMT"), ("nông nghiệp và môi trường", "nông nghiệp môi trường")),
    (("NN&PTNT",), ("nông nghiệp và phát triển nông thôn",)),
    (("GTVT",), ("giao thông vận tải",)),
    (("CĐS",), ("chuyển đổi số",)),
    (("ĐMST",), ("đổi mới sáng tạo",)),
    (("CMCN",), ("cách mạng công nghiệp",)),
    (
        ("CMCN 4.0", "CMCN lần thứ tư", "CMCN lần thứ 4"),
        (
            "cách mạng công nghiệp 4.0",
            "cách mạng công nghiệp lần thứ tư",
            "cách mạng công nghiệp lần thứ 4",
            "cách mạng công nghiệp thứ tư",
        ),
    ),
    (("UBND",), ("ủy ban nhân dân",)),
    (("HĐND",), ("hội đồng nhân dân",)),
    (("DNNVV", "DNVVN"), ("doanh nghiệp nhỏ và vừa", "doanh nghiệp vừa và nhỏ")),
    (("TP",), ("thành phố",)),
)
# In "23-NQ/TW" NQ tells the kind and TW the issuer; people type "23nqtw".
NUMBER_KINDS = {
    "NQ": "nghị quyết",
    "QĐ": "quyết định",
    "NĐ": "nghị định",
    "CT": "chỉ thị",
    "KL": "kết luận",
    "KH": "kế hoạch",
    "BC": "báo cáo",
    "TB": "thông báo",
    "CTr": "chương trình",
    "TTr": "tờ trình",
    "HD": "hướng dẫn",
    "TT": "thông tư",
    "CV": "công văn",
    "QC": "quy chế",
    "ĐA": "đề án",
}
NUMBER_ISSUERS = ("TW", "TU", "CP", "TTg", "QH", "UBND", "HĐND", "BCT", "BKHCN", "BTC")
