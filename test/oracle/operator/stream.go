package main

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	kjson "sigs.k8s.io/json"
)

type object = map[string]any

const (
	oldGroupVersion = "mattermost.com/v1alpha1"
	newGroupVersion = "installation.mattermost.com/v1beta1"
)

// The objects of a stream as kubectl reads them. What kubectl takes for a list is taken apart; its head stands before its items.
func readStream(text string) ([]object, error) {
	var objects []object
	// 4096 is how far kubectl looks for the brace that tells JSON.
	decoder := utilyaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
	for {
		var raw runtime.RawExtension
		if err := decoder.Decode(&raw); err != nil {
			if errors.Is(err, io.EOF) {
				return objects, nil
			}
			return nil, err
		}
		document := bytes.TrimSpace(raw.Raw)
		if len(document) == 0 || bytes.Equal(document, []byte("null")) {
			continue
		}
		each := object{}
		if err := kjson.UnmarshalCaseSensitivePreserveInts(document, &each); err != nil {
			return nil, err
		}
		objects = append(objects, withItems(each)...)
	}
}

func withItems(each object) []object {
	items, ok := each["items"].([]any)
	kind, _ := each["kind"].(string)
	if !ok || !strings.HasSuffix(kind, "List") {
		return []object{each}
	}
	head := object{}
	for key, value := range each {
		head[key] = value
	}
	head["items"] = len(items)
	all := []object{head}
	for _, item := range items {
		if inner, ok := item.(object); ok {
			all = append(all, withItems(withKind(inner, kind, each["apiVersion"]))...)
		} else {
			all = append(all, object{"not an object": item})
		}
	}
	return all
}

// An item of a list of one kind may leave out what the list says.
func withKind(item object, list string, apiVersion any) object {
	if kind := strings.TrimSuffix(list, "List"); kind != "" && item["kind"] == nil && item["apiVersion"] == nil {
		item["kind"], item["apiVersion"] = kind, apiVersion
	}
	return item
}

func isInstallation(each object) bool {
	return each["apiVersion"] == oldGroupVersion && each["kind"] == "ClusterInstallation"
}

func isInstallationList(each object) bool {
	return each["apiVersion"] == oldGroupVersion && each["kind"] == "ClusterInstallationList"
}
