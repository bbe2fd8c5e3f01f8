# Short names for the commands of this repository; each line is the real one.
.PHONY: help run client test verify format bench docker-build docker-up docker-down status clean

help:         ## list these targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## */\t/' | expand -t 15

run:          ## three nodes on this machine
	./concord up

client:       ## chat in this terminal
	./concord chat

test:         ## the fast tests
	./mvnw test

verify:       ## everything, as CI does it
	./mvnw verify

format:       ## format the sources
	./mvnw -Pformat validate

bench:        ## load the running cluster, and measure it
	./concord bench throughput

docker-build: ## the image, from the sources
	docker build --tag concord .

docker-up:    ## three nodes in containers, at 8081, 8082 and 8083
	docker compose up --detach --build --wait

docker-down:  ## stop them; the data stay
	docker compose down

status:       ## who leads, and how much may fail
	./concord status

clean:        ## remove what was built; data/ stays
	./mvnw clean
