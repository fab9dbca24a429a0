import warnings

import optuna
import pytest
from test_figures import assert_nothing_is_cut_off, words

from classification_lab.pipelines.evaluation import nodes

SPACE = {
    "optimizer.learning_rate": optuna.distributions.FloatDistribution(1e-4, 1e-1, log=True),
    "training.epochs": optuna.distributions.IntDistribution(4, 16),
    "network.dropout_after_the_dense_layer": optuna.distributions.FloatDistribution(0.0, 0.5),
    "training.batch_size": optuna.distributions.CategoricalDistribution([64, 128, 256]),
}
PLOTS = (nodes.plot_search_history, nodes.plot_search_importances, nodes.plot_search_coordinates)


def trial(number: int, state: str = "COMPLETE", excess: float = -0.02) -> optuna.trial.FrozenTrial:
    params = {
        "optimizer.learning_rate": 10 ** (-4 + 3 * (number * 7 % 10) / 10),
        "training.epochs": 4 + number * 5 % 13,
        "network.dropout_after_the_dense_layer": number * 3 % 10 / 20,
        "training.batch_size": [64, 128, 256][number % 3],
    }
    return optuna.trial.create_trial(
        state=optuna.trial.TrialState[state],
        params=params,
        distributions=SPACE,
        value=0.9 + 0.004 * (number * 7 % 10) if state == "COMPLETE" else None,
        intermediate_values={1: 0.5, 2: 0.6} if state == "PRUNED" else {},
        constraints={"overfit_gap": excess} if state == "COMPLETE" else {},
    )


def study(*trials: optuna.trial.FrozenTrial) -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    made = optuna.create_study(direction="maximize")
    made.add_trials(trials)
    return made


@pytest.fixture
def mixed() -> optuna.Study:
    complete = [trial(number) for number in range(8)]
    infeasible = [trial(number, excess=0.01) for number in (8, 9)]
    return study(*complete, *infeasible, trial(10, "PRUNED"), trial(11, "FAIL"))


@pytest.mark.parametrize("plot", PLOTS)
def test_each_plot_of_a_mixed_search_is_whole_and_warns_of_nothing(plot, mixed):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_nothing_is_cut_off(plot(mixed))


@pytest.mark.parametrize("plot", PLOTS)
@pytest.mark.parametrize(
    "trials",
    [[], [trial(1)], [trial(1, excess=0.1)], [trial(1, "FAIL")], [trial(1, "PRUNED")], [trial(2), trial(2)]],
    ids=["none", "one", "one infeasible", "one failed", "one pruned", "two alike"],
)
def test_small_searches_are_drawn_or_say_why_not(plot, trials):
    assert_nothing_is_cut_off(plot(study(*trials)))


def test_history_marks_what_became_of_the_trials(mixed):
    text = words(nodes.plot_search_history(mixed))
    assert "complete (8)" in text
    assert "breaks the constraint (2)" in text
    assert "pruned, last value, at the edge if off the scale (1)" in text
    assert "failed, no value (1)" in text


def test_importances_need_two_complete_trials():
    assert "this search has 1." in words(nodes.plot_search_importances(study(trial(1)))).replace("\n", " ")
    assert "from 2 complete trials: a hint only" in words(nodes.plot_search_importances(study(trial(1), trial(2))))


def test_the_best_trial_of_the_coordinates_is_a_feasible_one():
    best_but_infeasible = trial(7, excess=0.01)
    text = words(nodes.plot_search_coordinates(study(trial(0), best_but_infeasible, trial(3))))
    assert "best, trial 2" in text  # numbered by the study, in the order added


def test_trials_with_different_parameters_share_a_plot():
    other = optuna.trial.create_trial(
        params={"training.epochs": 5}, distributions={"training.epochs": SPACE["training.epochs"]}, value=0.9
    )
    assert_nothing_is_cut_off(nodes.plot_search_coordinates(study(trial(1), other)))
