"""Every notebook of `notebooks/`, run from its first cell to its last in a kernel of its own: a cell that fails is a failure.

What the cells print is kept in the notebooks by `npm run notebooks`; without that it is thrown away, and that every cell has
been run for what is kept there is checked. Figures differ from run to run and are not compared: what must hold, a cell asserts.
"""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from nearkey_process import REPOSITORY

NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
# For a busy machine.
CELL_TIMEOUT_SECONDS = 300
STARTUP_TIMEOUT_SECONDS = 180


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_runs_from_the_first_cell_to_the_last(path: Path, request: pytest.FixtureRequest) -> None:
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_TIMEOUT_SECONDS,
        startup_timeout=STARTUP_TIMEOUT_SECONDS,
        record_timing=False,
        resources=resources,
    ).execute()
    if request.config.getoption("write_outputs"):
        nbformat.write(plain(notebook), path)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_keeps_what_its_cells_printed(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1)), "npm run notebooks"
    assert [output for cell in cells for output in cell.outputs if output.output_type == "error"] == []


def plain(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Without what names the machine it ran on."""
    notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return notebook
