#!/bin/sh
# Makes the environment NAME and installs the course in it, with EXTRAS if any; does nothing when it is up to date.
#   tools/environment.sh .venv            what a learner needs
#   tools/environment.sh .venv-test test,teach,site
# PYTHON names the Python to use (python3 unless told otherwise). Run from the top of the tree.
set -u
name=$1
extras=${2:-}
python=${PYTHON:-python3}
log=$name.log
stamp=$name/.installed

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# Up to date? The stamp holds all that the installation depends on; the place too, because an environment does not
# survive being moved.
wanted=$(pwd; echo "$extras"; cat pyproject.toml constraints.txt tools/overrides.json tools/server.json tools/environment.sh)
if [ -x "$name/bin/python" ] && [ -f "$stamp" ] && [ "$wanted" = "$(cat "$stamp")" ]; then
    exit 0
fi

# A Python that will do?
minor=$(sed -n 's/^requires-python = ">=3\.\([0-9]*\)".*/\1/p' pyproject.toml)
version=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) ||
    fail "There is no Python called '$python' here that runs." \
        "Install Python 3.$minor or newer, or name the one you have: make PYTHON=/path/to/python3"
"$python" -c "import sys; sys.exit(sys.version_info < (3, $minor))" ||
    fail "'$python' is Python $version, and the course needs Python 3.$minor or newer." \
        "Install a newer Python, or name one that you have: make PYTHON=python3.$minor"
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
    fail "'$python' (Python $version) comes without the modules venv and ensurepip, so it cannot make an environment." \
        "On Debian and Ubuntu, 'sudo apt install python3-venv' adds them. Then run the same command again."

# An environment whose Python is gone or too old, or that was made in another place, is made anew.
if { [ ! -f "$stamp" ] || [ "$(head -n 1 "$stamp")" = "$(pwd)" ]; } &&
    "$name/bin/python" -c "import pip, sys; sys.exit(sys.version_info < (3, $minor))" >"$log" 2>&1; then
    echo "Bringing $name up to date with Python $("$name/bin/python" -c 'import platform; print(platform.python_version())')."
else
    echo "Making the environment $name with Python $version."
    "$python" -m venv --clear "$name" >"$log" 2>&1 ||
        fail "Python could not make the environment $name: $(tail -n 1 "$log")" \
            "Is there room on the disk, and may you write here? The whole story is in $log."
fi

echo "Installing the course and what it needs into $name. The first time takes a minute or two; details go to $log."
rm -f "$stamp"
"$name/bin/python" -m pip install --no-input --disable-pip-version-check -c constraints.txt \
    -e ".${extras:+[$extras]}" >>"$log" 2>&1 ||
    fail "The installation into $name failed: $(grep -i '^error' "$log" | tail -n 1)" \
        "Is there an internet connection? Then run the same command again. The whole story is in $log."

# JupyterLab's defaults for the course: no news, no questions, every cell drawn, the widgets' state given to the server
# that saves. The server's: bpcourse.saving, which makes pictures of it.
settings=$name/share/jupyter/lab/settings
server=$name/etc/jupyter/jupyter_server_config.d
mkdir -p "$settings" "$server" && cp tools/overrides.json "$settings/overrides.json" &&
    cp tools/server.json "$server/bpcourse.json" && printf '%s\n' "$wanted" >"$stamp" ||
    fail "Could not write into $name. Is there room on the disk, and may you write here?"
echo "$name is ready."
