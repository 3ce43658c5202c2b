package main

import (
	"context"
	"strings"

	"github.com/mattermost/mattermost-operator/apis/mattermost/v1alpha1"
	"github.com/mattermost/mattermost-operator/apis/mattermost/v1beta1"
	"github.com/mattermost/mattermost-operator/controllers/mattermost/clusterinstallation"
	"github.com/mattermost/mattermost-operator/pkg/database"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// What becomes of one installation on its way through API server and operator.
type fate struct {
	Name string `json:"name"`
	// converted; rejected (by the API server); undecodable, switched-on or database (refused by the operator); unfit (the target's Mattermost can
	// not hold the result).
	State  string `json:"state"`
	Detail string `json:"detail,omitempty"`
	// Fields that the API server does not know.
	Unknown []string `json:"unknown,omitempty"`
	// The operator's result, as it is stored; nil where there is none.
	mattermost *v1beta1.Mattermost
}

// Objects without a namespace are applied to one.
const someNamespace = "default"

// The fates of the installations among some objects; nil for the others.
func (s *server) fatesOf(objects []object, asked question) []*fate {
	secrets := secretsIn(objects)
	fates := make([]*fate, len(objects))
	for index, each := range objects {
		if isInstallation(each) {
			fates[index] = s.fateOf(runtime.DeepCopyJSON(each), secrets, asked)
		}
	}
	return fates
}

func (s *server) fateOf(applied object, secrets []*corev1.Secret, asked question) *fate {
	result := &fate{}
	end := func(state, detail string) *fate {
		result.State, result.Detail = state, detail
		return result
	}
	result.Name, _, _ = unstructured.NestedString(applied, "metadata", "name")
	if _, err := readMetadata(applied); err != nil {
		return end("rejected", err.Error())
	}
	result.Unknown = s.installations.prune(applied)
	if problems := s.installations.problems(applied); len(problems) > 0 {
		return end("rejected", strings.Join(problems, "; "))
	}
	installation := &v1alpha1.ClusterInstallation{}
	if err := into(applied, installation); err != nil {
		return end("undecodable", err.Error())
	}
	namespace := installation.Namespace
	hasNamespace := isNamespace(namespace)
	if !hasNamespace {
		installation.Namespace = someNamespace
	}
	reconciler := &clusterinstallation.ClusterInstallationReconciler{Client: clusterFor(installation, hasNamespace, secrets, asked.Database)}
	if err := reconciler.IsConvertible(installation); err != nil {
		return end("switched-on", err.Error())
	}
	mattermost, err := reconciler.ConvertToMM(installation)
	if err != nil {
		return end("database", err.Error())
	}
	mattermost.Namespace = namespace
	stored, problem := s.store(mattermost)
	result.mattermost = stored
	if problem != "" {
		return end("unfit", problem)
	}
	return end("converted", "")
}

// A Mattermost as the API server keeps it when the operator creates it, and what it lost or is refused for.
func (s *server) store(mattermost *v1beta1.Mattermost) (*v1beta1.Mattermost, string) {
	mattermost.APIVersion, mattermost.Kind = newGroupVersion, "Mattermost"
	created := object{}
	must(into(mattermost, &created))
	unknown := s.mattermosts.prune(created)
	stored := &v1beta1.Mattermost{}
	must(into(created, stored))
	if len(unknown) > 0 {
		return stored, "Mattermost has no " + strings.Join(unknown, ", ")
	}
	return stored, strings.Join(s.mattermosts.problems(created), "; ")
}

func secretsIn(objects []object) []*corev1.Secret {
	var all []*corev1.Secret
	for _, each := range objects {
		if each["apiVersion"] != "v1" || each["kind"] != "Secret" {
			continue
		}
		secret := &corev1.Secret{}
		if into(each, secret) != nil {
			secret = keysOnly(each)
		}
		for key, value := range secret.StringData {
			if secret.Data == nil {
				secret.Data = map[string][]byte{}
			}
			secret.Data[key] = []byte(value)
		}
		secret.StringData = nil
		all = append(all, secret)
	}
	return all
}

// A Secret that the API server would not take. Converters read keys, and leave it to others to say what is wrong with a value.
func keysOnly(of object) *corev1.Secret {
	secret := &corev1.Secret{StringData: map[string]string{}}
	secret.Name, _, _ = unstructured.NestedString(of, "metadata", "name")
	secret.Namespace, _, _ = unstructured.NestedString(of, "metadata", "namespace")
	for _, field := range []string{"data", "stringData"} {
		values, _ := of[field].(object)
		for key := range values {
			secret.StringData[key] = "x"
		}
	}
	return secret
}

// A cluster that holds nothing but the Secret that an installation names, if there is such.
type cluster struct {
	client.Client
	secret *corev1.Secret
}

func (c cluster) Get(_ context.Context, key types.NamespacedName, out client.Object, _ ...client.GetOption) error {
	secret, ok := out.(*corev1.Secret)
	if !ok || c.secret == nil || c.secret.Name != key.Name {
		return apierrors.NewNotFound(corev1.Resource("secrets"), key.Name)
	}
	c.secret.DeepCopyInto(secret)
	return nil
}

func clusterFor(installation *v1alpha1.ClusterInstallation, hasNamespace bool, secrets []*corev1.Secret, assumed string) cluster {
	name := installation.Spec.Database.Secret
	if name == "" {
		return cluster{}
	}
	var fitting []*corev1.Secret
	for _, secret := range secrets {
		// What has no namespace may be applied to any.
		if secret.Name == name && (!hasNamespace || !isNamespace(secret.Namespace) || secret.Namespace == installation.Namespace) {
			fitting = append(fitting, secret)
		}
	}
	if exact := united(fitting, installation.Namespace); hasNamespace && exact != nil {
		return cluster{secret: exact}
	}
	fitting = running(fitting)
	if isUndecided(fitting) {
		return cluster{}
	}
	if len(fitting) > 0 {
		return cluster{secret: fitting[0]}
	}
	return cluster{secret: assumedSecret(name, assumed)}
}

// The Secret that several manifests of one namespace make together; nil where there is none.
func united(secrets []*corev1.Secret, namespace string) *corev1.Secret {
	var all *corev1.Secret
	for _, secret := range secrets {
		if secret.Namespace != namespace {
			continue
		}
		if all == nil {
			all = secret.DeepCopy()
		}
		for key, value := range secret.Data {
			if all.Data == nil {
				all.Data = map[string][]byte{}
			}
			all.Data[key] = value
		}
	}
	return all
}

// Those that a database can run on, if there are any: the others can only be parts of them.
func running(secrets []*corev1.Secret) []*corev1.Secret {
	var whole []*corev1.Secret
	for _, secret := range secrets {
		if database.GenerateDatabaseInfoFromSecret(secret).IsValid() == nil {
			whole = append(whole, secret)
		}
	}
	if len(whole) == 0 {
		return secrets
	}
	return whole
}

// A name that no namespace can have stands for one that is filled in later.
func isNamespace(name string) bool {
	return len(validation.IsDNS1123Label(name)) == 0
}

// Whether Secrets, of which any may be the one, stand for different databases.
func isUndecided(secrets []*corev1.Secret) bool {
	for _, secret := range secrets {
		if database.GenerateDatabaseInfoFromSecret(secret).IsExternal() != database.GenerateDatabaseInfoFromSecret(secrets[0]).IsExternal() {
			return true
		}
	}
	return false
}

func assumedSecret(name, kind string) *corev1.Secret {
	keys := map[string][]string{
		"external":         {"DB_CONNECTION_STRING"},
		"operator-managed": {"ROOT_PASSWORD", "USER", "PASSWORD", "DATABASE"},
	}[kind]
	if keys == nil {
		return nil
	}
	secret := &corev1.Secret{Data: map[string][]byte{}}
	secret.Name = name
	for _, key := range keys {
		secret.Data[key] = []byte("x")
	}
	return secret
}
