"""Where each province stands on the tile map: drawings, roughly as the country lies.

Three letters are a unit by its abbreviation, three dots are nothing.
"""

from datetime import date

# Nghị quyết 202/2025/QH15.
MERGED_ON = date(2025, 7, 1)

SIXTY_THREE = """
LCH LCA HGI CBG
DBI YBA TQU BKA LSO
SLA PTH VPH TNG BGI QNI
... HBI HNO BNI HDU HPH
... ... HNA HYE TBI
... ... NBI NDI
... ... THO
... ... NAN HTI
... ... ... QBI
... ... ... QTR HUE
... ... ... ... DNG
... ... ... ... QNA
... ... ... ... KTU QNG
... ... ... ... GLA BDI
... ... ... ... DLA PYE
... ... BPH DNO LDO KHO
... TNI BDU DNA BTH NTH
... LAN HCM BRV
AGI DTH TGI
KGI CTH VLO BTR
... HAG STR TVI
CMA BLI
"""
THIRTY_FOUR = """
LCH LCA TQU CBG
DBI SLA PTH TNG LSO
... ... HNO BNI QNI
... ... NBI HYE HPH
... ... THO
... ... NAN HTI
... ... ... QTR HUE
... ... ... ... DNG
... ... ... ... QNG
... ... ... ... GLA
... ... ... ... DLA
... ... TNI DNA LDO KHO
... AGI DTH HCM
... CTH VLO
... CMA
"""
NOTHING = "..."
# Off the coast of the province that each belongs to, and so many rows further south.
ISLANDS = {"DNG": ("Hoàng Sa", 0), "KHO": ("Trường Sa", 2)}
ISLAND_COLUMN = 6

Place = tuple[int, int]


def read_layout(day: date) -> dict[str, Place]:
    """Give column and row of each unit of a day, by its abbreviation."""
    drawing = THIRTY_FOUR if day >= MERGED_ON else SIXTY_THREE
    return {
        letters: (column, row)
        for row, line in enumerate(drawing.strip().splitlines())
        for column, letters in enumerate(line.split())
        if letters != NOTHING
    }
