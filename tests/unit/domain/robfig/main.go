// Asks the parser of Kubernetes' CronJobs when schedules start next: reads the lines of starts.tsv (schedule, time
// zone, time, answer) and writes them with its own answers. To renew them, in a copy of this folder:
//
//	go mod init robfig && go get github.com/robfig/cron/v3@v3.0.1 && go run . < starts.tsv
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

func main() {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		asked := strings.Split(lines.Text(), "\t")[:3]
		fmt.Println(strings.Join(append(asked, answer(asked[0], asked[1], asked[2])), "\t"))
	}
}

func answer(schedule, zone, after string) string {
	moment, err := time.Parse(time.RFC3339, after)
	if err != nil {
		panic(err)
	}
	// As the CronJob controller puts the two together.
	parsed, err := cron.ParseStandard("TZ=" + zone + " " + schedule)
	if err != nil {
		return "refused"
	}
	next := parsed.Next(moment)
	if next.IsZero() {
		return "never"
	}
	return next.UTC().Format(time.RFC3339)
}
