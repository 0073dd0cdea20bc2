# make lab opens the course; make help lists the rest. All paths are relative, so a clone may lie anywhere.
export PYTHON ?= python3
LAB_OPTIONS ?=
NOTEBOOKS ?=
TESTS ?= tests chapters solutions exercises
# What takes minutes or needs more than Python: `make slow` runs it, and `make test` only when it is asked for by name.
SLOW := $(wildcard tests/explore/test_browser*.py) tests/teaching tests/install/test_wheel.py $(wildcard tests/site/test_*_browser.py) \
    tests/notebooks/test_kernels.py tests/notebooks/test_execution.py tests/marking/test_check_in_kernel.py
# Of these `make test` tries a sample (tests/thorough.py), and `make slow` all.
SAMPLED := $(addprefix tests/notebooks/test_,noise.py resume.py chapter_activations.py chapter_convolution.py chapter_training.py) \
    $(addprefix tests/marking/test_,exercises.py training_exercises.py answer_mutants.py) \
    $(addprefix tests/maths/test_,diagnosis.py examples.py mutants.py patients.py printed.py) \
    $(addprefix tests/explore/test_,explore.py explore_any_example.py explore_clinic.py explore_numeric_example.py verdict.py) tests/site/test_moving.py
NOT_NOW := $(if $(filter file,$(origin TESTS)),$(addprefix --ignore=,$(SLOW)))
PYTEST_OPTIONS ?=
PYTEST := BPCOURSE_PROGRESS=off OMP_NUM_THREADS=1 .venv-test/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder \
    --nbval --nbval-current-env --nbval-cell-timeout 60

.DEFAULT_GOAL := help
.PHONY: help setup lab progress setup-test test slow portable notebooks site bench mutants

help:
	@echo "make lab        open the course in JupyterLab (the first time it installs it, into .venv)"
	@echo "make progress   show which exercises are done and which are open"
	@echo "make setup      install the course into .venv, without opening it"
	@echo "make test       check the module, every cell of every notebook, the exercises"
	@echo "make slow       check what takes longer: the explorers and the site in a browser, the wheel, a class and its marks"
	@echo "make portable   check notebooks and numbers as other processors compute them, and with their last bits shaken"
	@echo "make notebooks  run every notebook again, tidy it, and rebuild exercises/ from solutions/"
	@echo "make site       build the web site into build/site, from the notebooks as they are stored"
	@echo "make bench      measure a training step, how quickly the explorers answer, and how quickly a class is marked"
	@echo "make mutants    plant bugs in the mathematics and in the model solutions, and see each found (half an hour)"
	@echo "Another Python: make lab PYTHON=python3.12.  Options for JupyterLab: make lab LAB_OPTIONS=--no-browser"

setup:
	@tools/environment.sh .venv

lab: setup
	@.venv/bin/bpcourse $(LAB_OPTIONS)

progress: setup
	@.venv/bin/bpcourse progress

setup-test:
	@tools/environment.sh .venv-test test,teach,site

test: setup-test
	@echo "Checking the style of the code."
	@.venv-test/bin/python -m ruff check .
	@.venv-test/bin/python -m ruff format --check .
	@echo "Running the tests and every cell of every notebook, on two processes."
	@$(PYTEST) $(NOT_NOW) $(PYTEST_OPTIONS) $(TESTS)

slow: setup-test
	@echo "Driving the explorers in a browser, and marking a class."
	@$(PYTEST) $(PYTEST_OPTIONS) $(SLOW)
	@echo "Going all the way where the tests above tried a sample: noise, answers and their mutants, networks, positions of sliders."
	@BPCOURSE_THOROUGH=1 $(PYTEST) $(PYTEST_OPTIONS) $(SAMPLED)

# KERNELS="Nehalem SkylakeX" for some of them.
KERNELS ?=
portable: setup-test
	@.venv-test/bin/python tests/portable.py $(KERNELS)

notebooks: setup-test
	@.venv-test/bin/python tools/notebooks.py $(NOTEBOOKS)

site: setup-test
	@.venv-test/bin/python site/build.py

bench: site
	@.venv-test/bin/python benchmarks/speed.py
	@.venv-test/bin/python benchmarks/explorers.py
	@.venv-test/bin/python benchmarks/live.py
	@.venv-test/bin/python benchmarks/marking.py
	@.venv-test/bin/python benchmarks/site.py
	@.venv-test/bin/python benchmarks/moving.py

mutants: setup-test
	@.venv-test/bin/python tests/maths/mutants.py
	@OMP_NUM_THREADS=1 .venv-test/bin/python tests/marking/answer_mutants.py
