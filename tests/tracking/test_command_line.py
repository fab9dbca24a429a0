import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from kedro.framework.startup import bootstrap_project

from classification_lab.cli import run

from .conftest import KedroRun, parents, start_command

Command = Callable[..., Result]


@pytest.fixture
def command(project: Path, kedro_run: KedroRun) -> Command:  # noqa: ARG001 (it cleans up after a project)
    """Runs `kedro run` in this process."""

    def invoke(*arguments: str) -> Result:
        bootstrap_project(project)
        return CliRunner().invoke(run, ["--pipelines=tiny", *arguments])

    return invoke


def test_the_console_shows_stages_progress_results_and_where_to_look(project: Path) -> None:
    process = start_command(project, "run", "--pipeline=tiny")
    output, errors = process.communicate(timeout=60)

    assert process.returncode == 0
    assert errors == ""
    lines = [re.sub(r"^\d\d:\d\d:\d\d  ", "", line) for line in output.splitlines()]
    (saved,) = (run.info.run_name for run in parents(project))
    assert lines[0] == f"tiny: 4 nodes, run {saved}"
    assert lines[1:7] == ["training", *(f"  trial {n}/3" for n in (1, 2, 3)), "  epoch 1/2", "  epoch 2/2"]
    assert re.fullmatch(r"done in \d+ s", lines[7])
    assert lines[8:] == [
        "  test accuracy 0.7500, macro-F1 0.7400, over-fit gap 5.0 points",
        f"  report: data/08_reporting/tiny/curve.html/{saved}/curve.html",
        "  `make ui` compares runs in MLflow; `make viz` shows how they are made",
    ]


def test_pipeline_and_pipelines_do_not_go_together(command: Command) -> None:
    result = command("--pipeline=tiny")

    assert result.exit_code != 0
    assert "cannot be used together" in result.output


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("tini.search=4", "There is no parameter 'tini.search'; did you mean 'tiny.search'?"),
        ("tiny.serch=4", "There is no parameter 'tiny.serch'; did you mean 'tiny.search'?"),
        ("tiny.training.epochz=4", "tiny.training.epochz: there is no such parameter"),
        ("tiny.training.epochs=0", "tiny.training.epochs: input should be greater than or equal to 1, not 0"),
    ],
)
def test_a_wrong_parameter_is_told_before_anything_runs(command: Command, project: Path, given: str, told: str) -> None:
    result = command(f"--params={given}")

    assert result.exit_code == 1
    assert told in result.output
    assert "Traceback" not in result.output
    assert parents(project) == []
    assert not (project / "data/08_reporting").exists()


def test_every_wrong_value_of_a_group_is_told_at_once(command: Command) -> None:
    result = command("--params=tiny.training.epochs=0,tiny.training.seed=x")

    assert "tiny.training.epochs" in result.output
    assert "tiny.training.seed" in result.output
    assert "pydantic.dev" not in result.output


def test_a_wrong_key_in_a_parameters_file_is_told(command: Command, project: Path) -> None:
    (project / "conf/local/parameters.yml").write_text("tiny: {trainning: {epochs: 3}}")

    result = command()

    assert result.exit_code == 1
    assert "There is no parameter 'tiny.trainning.epochs'; did you mean 'tiny.training.epochs'?" in result.output


def test_a_missing_parameter_is_told(command: Command, project: Path) -> None:
    (project / "conf/base/parameters.yml").write_text("digits: {class_names: [zero]}\ntiny: {search: 3}")

    result = command()

    assert result.exit_code == 1
    assert "The parameter 'tiny.training' is missing" in result.output


def test_a_wrong_name_of_a_pipeline_is_told_in_words(project: Path, kedro_run: KedroRun) -> None:  # noqa: ARG001
    bootstrap_project(project)
    result = CliRunner().invoke(run, ["--pipelines=tyny"])

    assert result.exit_code == 1
    assert "Did you mean" in result.output
    assert "Traceback" not in result.output


def test_a_fault_in_code_shows_where_it_is_and_nothing_of_kedro(command: Command) -> None:
    result = command("--params=tiny.training.fail=true")

    assert result.exit_code == 1
    assert result.output.rstrip().endswith("ZeroDivisionError: the loss is not a number")
    assert "in train" in result.output
    assert "session.py" not in result.output


def test_verbose_shows_everything(command: Command) -> None:
    result = command("--params=tiny.training.fail=true", "--verbose")

    assert isinstance(result.exception, ZeroDivisionError)
