"""What JupyterLab shows of an answer that is folded, and what is there when its cell has been run."""

from pathlib import Path

import lab
import notebooks
import pytest

pytestmark = pytest.mark.skipif(lab.missing() is not None, reason=f"folded answers: {lab.missing()}")

CHAPTERS = sorted((Path(__file__).resolve().parents[2] / "chapters").glob("*.ipynb"))
FOLDED = ".jp-NotebookPanel .jp-OutputPlaceholder"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_fold_says_nothing_of_the_answer(path, context, server):
    notebook = lab.Notebook(context, server, f"chapters/{path.name}")
    shown = notebook.page.locator(f"{FOLDED} .jp-PlaceholderText").all_inner_texts()
    notebook.close()
    assert shown == [notebooks.GUESS_FIRST] * len(list(notebooks.answers(notebooks.read(path))))


def test_answer_is_alone_when_its_cell_was_run(context, server):
    name = lab.scratch(server, "fold.ipynb", "guess = None", "print('the answer is', 6 * 7, guess)")
    path = server.root / name
    path.write_text(notebooks.to_text(notebooks.execute(notebooks.read(path), path)), encoding="utf-8")
    notebook = lab.Notebook(context, server, name)

    def outputs():
        texts = notebook.page.locator(".jp-NotebookPanel .jp-OutputArea-output").all_inner_texts()
        return [text.strip() for text in texts]

    assert notebook.folded() == 1 and outputs() == []
    notebook.page.locator(f"{FOLDED} .jp-Placeholder-content").click()
    assert notebook.folded() == 0 and outputs() == [notebooks.GUESS_FIRST, "the answer is 42 None"]
    notebook.run_all()
    assert notebook.folded() == 0 and outputs() == ["the answer is 42 None"]
    notebook.close()
