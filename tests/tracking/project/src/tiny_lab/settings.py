from classification_lab.settings import *  # noqa: F403
