"""Codes of recommendations in addresses."""


class CodeConverter:
    """QNA-24-01: letters of the province, year, number of at least two digits."""

    regex = r"[A-Z]{2,3}-[0-9]{2}-(?:[0-9]{2}|[1-9][0-9]{2,6})"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
