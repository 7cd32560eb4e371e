// Reads a dashboard by the types of Grafana's own SDK, and fails for what they
// do not know, and for what they require and it lacks.
package main

import (
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	plugins.RegisterDefaultPlugins()
	data, err := os.ReadFile(os.Args[1])
	if err != nil {
		fail(err)
	}
	var found dashboard.Dashboard
	// Where nothing is wrong it returns an empty list of errors.
	if err := found.UnmarshalJSONStrict(data); err != nil && err.Error() != "" {
		fail(err)
	}
	if err := found.Validate(); err != nil {
		fail(err)
	}
	fmt.Printf("%s: %d panels and rows\n", *found.Title, len(found.Panels))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
