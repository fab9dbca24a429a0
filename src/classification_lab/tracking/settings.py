"""Settings of tracking, from ``conf/<env>/mlflow.yml``."""

from pydantic import Field

from classification_lab.parameters import Parameters


class TrackingSettings(Parameters):
    """Settings of tracking."""

    tracking_uri: str
    artifacts: str
    system_metrics_seconds: float = Field(ge=0)
