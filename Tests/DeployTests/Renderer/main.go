// Renders a Helm chart as `helm template` does: Go's own template engine and sprig, which are what Helm is made of, and
// the functions that Helm adds. Charts cannot be tested by reading them; Helm itself is no package of Debian's.
//
// Usage: renderer CHART, with a JSON object on standard input:
// {"release", "namespace", "kubeVersion", "values": {…}, "objects": ["apiVersion/kind/namespace/name", …], "notes": false}
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"github.com/xeipuuv/gojsonschema"
	"gopkg.in/yaml.v3"
)

type request struct {
	Release     string
	Namespace   string
	KubeVersion string
	Values      map[string]interface{}
	// What `lookup` finds in the cluster.
	Objects []string
	// Whether the notes are asked for, and not the objects.
	Notes bool
}

type files map[string][]byte

func (f files) Get(name string) string { return string(f[name]) }

func (f files) Glob(pattern string) files {
	found := files{}
	for name, bytes := range f {
		if ok, _ := filepath.Match(pattern, name); ok {
			found[name] = bytes
		}
	}
	return found
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func toYAML(value interface{}) string {
	var text strings.Builder
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	check(encoder.Encode(value))
	return strings.TrimSuffix(text.String(), "\n")
}

func fromYAML(text string) map[string]interface{} {
	value := map[string]interface{}{}
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		value["Error"] = err.Error()
	}
	return value
}

// merge puts what is given over what is the default; null takes a default away.
func merge(defaults, given map[string]interface{}) map[string]interface{} {
	for key, value := range given {
		inner, isMap := value.(map[string]interface{})
		under, wasMap := defaults[key].(map[string]interface{})
		switch {
		case value == nil:
			delete(defaults, key)
		case isMap && wasMap:
			defaults[key] = merge(under, inner)
		default:
			defaults[key] = value
		}
	}
	return defaults
}

// load reads all files of a chart, through symbolic links as Helm does.
func load(chart, folder string, found files) {
	entries, err := os.ReadDir(filepath.Join(chart, folder))
	check(err)
	for _, entry := range entries {
		name := filepath.Join(folder, entry.Name())
		info, err := os.Stat(filepath.Join(chart, name))
		check(err)
		if info.IsDir() {
			load(chart, name, found)
			continue
		}
		found[name], err = os.ReadFile(filepath.Join(chart, name))
		check(err)
	}
}

func main() {
	chart := os.Args[1]
	input, err := io.ReadAll(os.Stdin)
	check(err)
	var asked request
	check(json.Unmarshal(input, &asked))

	found := files{}
	load(chart, "", found)
	about := fromYAML(found.Get("Chart.yaml"))
	values := merge(fromYAML(found.Get("values.yaml")), asked.Values)
	if schema, ok := found["values.schema.json"]; ok {
		result, err := gojsonschema.Validate(
			gojsonschema.NewBytesLoader(schema), gojsonschema.NewGoLoader(values))
		check(err)
		for _, problem := range result.Errors() {
			fmt.Fprintln(os.Stderr, problem.String())
		}
		if !result.Valid() {
			os.Exit(1)
		}
	}

	root := template.New("").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	delete(functions, "env")
	delete(functions, "expandenv")
	functions["toYaml"] = toYAML
	functions["fromYaml"] = fromYAML
	functions["include"] = func(name string, data interface{}) (string, error) {
		var text strings.Builder
		err := root.ExecuteTemplate(&text, name, data)
		return text.String(), err
	}
	functions["lookup"] = func(version, kind, namespace, name string) map[string]interface{} {
		for _, object := range asked.Objects {
			if object == strings.Join([]string{version, kind, namespace, name}, "/") {
				return map[string]interface{}{"metadata": map[string]interface{}{"name": name}}
			}
		}
		return map[string]interface{}{}
	}
	root.Funcs(functions)

	names := []string{}
	for name, bytes := range found {
		if strings.HasPrefix(name, "templates/") {
			template.Must(root.New(name).Parse(string(bytes)))
			names = append(names, name)
		}
	}
	sort.Strings(names)
	data := map[string]interface{}{
		"Values": values,
		"Files":  found,
		"Chart": map[string]interface{}{
			"Name": about["name"], "Version": fmt.Sprint(about["version"]), "AppVersion": fmt.Sprint(about["appVersion"]),
		},
		"Release": map[string]interface{}{
			"Name": asked.Release, "Namespace": asked.Namespace, "Service": "Helm",
		},
		"Capabilities": map[string]interface{}{
			"KubeVersion": map[string]interface{}{"Version": asked.KubeVersion},
		},
	}
	var output strings.Builder
	for _, name := range names {
		if strings.HasPrefix(filepath.Base(name), "_") || name == "templates/NOTES.txt" {
			continue
		}
		var text strings.Builder
		check(root.ExecuteTemplate(&text, name, data))
		if strings.TrimSpace(text.String()) != "" {
			fmt.Fprintf(&output, "---\n# Source: %s\n%s\n", name, strings.TrimSpace(text.String()))
		}
	}
	// Kept apart, as Helm does: it is for people.
	if asked.Notes {
		output.Reset()
		check(root.ExecuteTemplate(&output, "templates/NOTES.txt", data))
	}
	fmt.Print(output.String())
}
