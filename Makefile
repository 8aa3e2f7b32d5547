# Two commands: `make run` and `make test`. Everything they need they obtain themselves.
PYTHON ?= python3
PORT ?=
HOST ?=

.PHONY: run test words assets lock clean

run:            ## make what is missing, then serve; `make run PORT=9000`
	@$(PYTHON) -m huying.bootstrap run $(if $(PORT),--port $(PORT)) $(if $(HOST),--host $(HOST))

test:           ## obtain what the tests need, then run them all
	@$(PYTHON) -m huying.bootstrap test

words:          ## gather the English words into the catalogue
	@$(PYTHON) -m huying.bootstrap words

assets:         ## build the front-end files alone
	@$(PYTHON) -m huying.bootstrap assets

lock:           ## resolve the lock files anew (maintainers)
	@$(PYTHON) -m huying.bootstrap lock

clean:          ## remove what was built; the data folder stays
	rm -rf .venv .venv.* .build node_modules huying/web/static/build
