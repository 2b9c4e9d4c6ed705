"""What people do with lists, saved views, the search and shortcuts, by keyboard."""

from datetime import date, timedelta

from tests.browser.hands import (
    ENTRY,
    act,
    choose,
    download,
    go,
    open_,
    press,
    see,
    send,
    strike,
    type_,
    write,
)

FACETS, SAVE = "#recommendation-facets", "#saved-view-form"
VIEWS = "/recommendations/views/"
# No other saved view asks for it.
FILTER = "/recommendations/?resolution=52-nq-tw"
VIEW = "tr:has(a[href*='resolution=52-nq-tw'])"
CLEARING = "#recommendation-list .head a[href='/recommendations/']"
LAST_WEEK = f"{date.today() - timedelta(days=7):%d/%m/%Y}"

LIST_ACTS = [
    act(
        "choose a facet of the list and export the rest",
        "/recommendations/",
        press(f"{FACETS} [name=progress][value=in_progress]", "Space"),
        see(CLEARING),
        open_("details.export:not(#saved-view-form)"),
        download("a[href*='export.xlsx?'][href*='progress=in_progress']"),
        where=CLEARING,
    ),
    act(
        "save a filter as a view and share it",
        FILTER,
        open_(SAVE),
        write(f"{SAVE} [name=name]", "Lọc bằng bàn phím"),
        press(f"{SAVE} [name=is_shared]", "Space"),
        send(SAVE),
        see("#messages .success"),
        go(VIEWS),
        where=VIEW,
        says="Trong cơ quan",
    ),
    act(
        "rename a view and share it no more",
        VIEWS,
        press(f"{VIEW} .do > a"),
        write(f"{ENTRY} [name=name]", "Tên mới bằng bàn phím"),
        press(f"{ENTRY} [name=is_shared]", "Space"),
        send(ENTRY),
        see("#messages .success"),
        go(VIEWS),
        where=f"{VIEW}:not(:has-text('Trong cơ quan'))",
        says="Tên mới bằng bàn phím",
    ),
    act(
        "start with a view",
        VIEWS,
        send(f"{VIEW} form[action$='/start/']"),
        where=VIEW,
        says="Đang là trang đầu",
    ),
    act(
        "start with the usual page again",
        VIEWS,
        send("form[action$='/usual-start/']"),
        where=f"{VIEW} form[action$='/start/']",
    ),
    act(
        "remove a view",
        VIEWS,
        open_(f"{VIEW} .do details"),
        send(f"{VIEW} form[action$='/remove/']"),
        says="Tên mới bằng bàn phím",
    ),
    act(
        "find something with Ctrl K, arrows and Enter",
        "/resolutions/",
        strike("Control+k"),
        type_("qna 24 3"),
        see("#search-results [role=option]"),
        strike("ArrowDown"),
        strike("Enter"),
        where="main:has(#recommendation-facts)",
        says="QNA-24-03",
    ),
    act(
        "search on the page of the search",
        "/search/",
        write("main [name=q]", "chu lai"),
        send("main form.search"),
        where="#search-count",
    ),
    act(
        "choose day and count of the overview",
        "/overview/",
        write("#overview-form [name=as_of]", LAST_WEEK),
        strike("Enter"),
        see(f"#as_of[value='{LAST_WEEK}']"),
        choose("#count"),
        where="#overview-content:has(#count > :first-child:not([selected])) .head",
        says=LAST_WEEK,
    ),
    act(
        "open the shortcuts and close them",
        "/resolutions/",
        strike("?"),
        see("#shortcuts[open]"),
        strike("Escape"),
        where="body:not(:has(dialog[open]))",
    ),
    act(
        "switch keys pressed alone off",
        "/help/shortcuts/",
        press("[name=single-keys]", "Space"),
        go("/help/shortcuts/"),
        strike("?"),
        where="body:not(:has(dialog[open])) [name=single-keys]:not(:checked)",
    ),
    act(
        "switch keys pressed alone on again",
        "/help/shortcuts/",
        press("[name=single-keys]", "Space"),
        go("/help/shortcuts/"),
        strike("?"),
        where="#shortcuts[open]",
    ),
]
