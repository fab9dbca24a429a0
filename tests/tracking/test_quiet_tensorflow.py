import subprocess
import sys


def test_importing_tensorflow_says_nothing_but_does_what_it_does() -> None:
    code = (
        "import classification_lab, tensorflow, os\n"
        "assert int(tensorflow.constant(1) + 1) == 2\n"
        "os.write(2, b'heard')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stderr == "heard"
