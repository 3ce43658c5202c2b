package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"

	"github.com/mattermost/mattermost-operator/apis/mattermost/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// How a converter's result differs from what the operator would have made of the objects before, and else from these objects themselves.
func (s *server) compare(before []object, fates []*fate, after string, modern bool) []string {
	result, err := readStream(after)
	if err != nil {
		return []string{"the result can not be read: " + err.Error()}
	}
	if len(result) != len(before) {
		return []string{fmt.Sprintf("%d objects became %d", len(before), len(result))}
	}
	all := []string{}
	for index, each := range before {
		switch {
		case fates[index] != nil:
			all = append(all, s.compareInstallation(each, fates[index], result[index], modern)...)
		case isInstallationList(each) && holdsInstallation(each, fates[index+1:]):
			if result[index]["apiVersion"] != newGroupVersion || result[index]["kind"] != "MattermostList" {
				all = append(all, "the list is not one of Mattermosts")
			}
		case !reflect.DeepEqual(each, result[index]):
			all = append(all, fmt.Sprintf("object %d, which is no installation, changed", index))
		}
	}
	return all
}

// Whether one of the items that follow the head of a list is an installation.
func holdsInstallation(list object, following []*fate) bool {
	count, _ := list["items"].(int)
	return slices.ContainsFunc(following[:min(count, len(following))], func(each *fate) bool { return each != nil })
}

func (s *server) compareInstallation(before object, expected *fate, after object, modern bool) []string {
	if after["apiVersion"] != newGroupVersion || after["kind"] != "Mattermost" {
		return []string{"an installation stayed"}
	}
	if expected.mattermost == nil {
		return []string{"converted what the operator does not: " + expected.State + ", " + expected.Detail}
	}
	all := differences("metadata", keptMetadata(before), after["metadata"])
	applied := runtime.DeepCopyJSON(after)
	for _, path := range s.mattermosts.prune(applied) {
		all = append(all, "Mattermost has no "+path)
	}
	for _, problem := range s.mattermosts.problems(applied) {
		all = append(all, "not valid: "+problem)
	}
	mattermost := &v1beta1.Mattermost{}
	if err := into(applied, mattermost); err != nil {
		return append(all, "no Mattermost to the operator: "+err.Error())
	}
	return append(all, differences("", plain(expected.mattermost, modern), plain(mattermost, modern))...)
}

// What the API server writes itself. On an object that is created it is refused, misread or of no effect.
var serverMetadata = []string{
	"clusterName", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation", "initializers", "managedFields",
	"ownerReferences", "resourceVersion", "selfLink", "uid",
}

// Metadata that a manifest is to keep: all that is not about one object in one cluster.
func keptMetadata(of object) any {
	metadata, ok := of["metadata"].(object)
	if !ok {
		return of["metadata"]
	}
	kept := runtime.DeepCopyJSON(metadata)
	for _, name := range serverMetadata {
		if kept[name] != nil {
			delete(kept, name)
		}
	}
	if annotations, ok := kept["annotations"].(object); ok && len(annotations) > 0 {
		for name, value := range annotations {
			text, _ := value.(string)
			isTracking := name == "argocd.argoproj.io/tracking-id" && strings.Contains(text, ":mattermost.com/ClusterInstallation:")
			if value != nil && (isTracking || name == "kubectl.kubernetes.io/last-applied-configuration") {
				delete(annotations, name)
			}
		}
		if len(annotations) == 0 {
			delete(kept, "annotations")
		}
	}
	return kept
}

// A Mattermost as JSON of one form: what means the same to the operator looks the same.
func plain(mattermost *v1beta1.Mattermost, modern bool) any {
	same := mattermost.DeepCopy()
	same.Status = v1beta1.MattermostStatus{}
	// Metadata is compared by itself.
	same.ObjectMeta = metav1.ObjectMeta{}
	if modern {
		same.Spec.Ingress = &v1beta1.Ingress{
			Enabled:      mattermost.IngressEnabled(),
			Host:         mattermost.GetIngressHost(),
			Annotations:  mattermost.GetIngresAnnotations(),
			TLSSecret:    mattermost.GetIngressTLSSecret(),
			IngressClass: mattermost.GetIngressClass(),
		}
		same.Spec.IngressName, same.Spec.IngressAnnotations, same.Spec.UseIngressTLS = "", nil, false
	}
	if managed := same.Spec.Database.OperatorManaged; managed != nil && isEmpty(managed) {
		same.Spec.Database.OperatorManaged = nil
	}
	if managed := same.Spec.FileStore.OperatorManaged; managed != nil && isEmpty(managed) {
		same.Spec.FileStore.OperatorManaged = nil
	}
	text, err := json.Marshal(same)
	must(err)
	var value any
	must(json.Unmarshal(text, &value))
	return value
}

// A struct without content says the same as its absence; json writes empty structs in it that are no pointers.
func isEmpty(value any) bool {
	text, err := json.Marshal(value)
	must(err)
	return string(text) == "{}" || string(text) == `{"resources":{}}`
}

func differences(path string, wanted, found any) []string {
	left, isLeft := wanted.(object)
	right, isRight := found.(object)
	if !isLeft || !isRight {
		if reflect.DeepEqual(wanted, found) {
			return nil
		}
		return []string{fmt.Sprintf("%s: the operator has %s, the result %s", strings.TrimPrefix(path, "."), shown(wanted), shown(found))}
	}
	keys := map[string]bool{}
	for key := range left {
		keys[key] = true
	}
	for key := range right {
		keys[key] = true
	}
	var all []string
	for key := range keys {
		all = append(all, differences(path+"."+key, left[key], right[key])...)
	}
	sort.Strings(all)
	return all
}

func shown(value any) string {
	if value == nil {
		return "nothing"
	}
	text, err := json.Marshal(value)
	must(err)
	return string(text)
}
