package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sort"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// An API server that knows both kinds.
type server struct {
	installations, mattermosts *definition
}

func newServer(folder string) *server {
	return &server{
		installations: readDefinition(filepath.Join(folder, "mattermost.com_clusterinstallations.yaml"), "v1alpha1"),
		mattermosts:   readDefinition(filepath.Join(folder, "installation.mattermost.com_mattermosts.yaml"), "v1beta1"),
	}
}

// One version of a CustomResourceDefinition.
type definition struct {
	structure *schema.Structural
	types     *validate.SchemaValidator
}

func readDefinition(file, version string) *definition {
	text, err := os.ReadFile(file)
	must(err)
	var crd apiextensionsv1.CustomResourceDefinition
	must(yaml.Unmarshal(text, &crd))
	for _, each := range crd.Spec.Versions {
		if each.Name == version {
			return &definition{structureOf(each.Schema.OpenAPIV3Schema), typesOf(each.Schema.OpenAPIV3Schema)}
		}
	}
	must(errors.New(file + " has no version " + version))
	return nil
}

func structureOf(props *apiextensionsv1.JSONSchemaProps) *schema.Structural {
	var internal apiextensions.JSONSchemaProps
	must(apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(props, &internal, nil))
	structure, err := schema.NewStructural(&internal)
	must(err)
	return structure
}

func typesOf(props *apiextensionsv1.JSONSchemaProps) *validate.SchemaValidator {
	text, err := json.Marshal(props)
	must(err)
	var types spec.Schema
	must(json.Unmarshal(text, &types))
	return validate.NewSchemaValidator(&types, nil, "", strfmt.Default)
}

// What happens to an object that is created: unknown fields and nulls go, defaults come, and status is the controller's. Returns the paths of
// the unknown fields.
func (d *definition) prune(created object) []string {
	delete(created, "status")
	options := schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	unknown := pruning.PruneWithOptions(created, d.structure, true, options)
	settle(created, d.structure)
	sort.Strings(unknown)
	return unknown
}

// What the API server rejects an object for, but for a missing ingressName, which an overlay may bring.
func (d *definition) problems(created object) []string {
	var all []string
	for _, err := range d.types.Validate(created).Errors {
		if text := err.Error(); text != "spec.ingressName in body is required" {
			all = append(all, text)
		}
	}
	return all
}

// Nulls count as absent where the schema does not allow them, and what is absent gets its default.
func settle(value any, structure *schema.Structural) {
	switch value := value.(type) {
	case object:
		for key, child := range value {
			if inner := childOf(structure, key); child == nil && inner != nil && !inner.Nullable {
				delete(value, key)
			}
		}
		if structure != nil {
			for key, property := range structure.Properties {
				if _, present := value[key]; !present && property.Default.Object != nil {
					value[key] = runtime.DeepCopyJSONValue(property.Default.Object)
				}
			}
		}
		for key, child := range value {
			settle(child, childOf(structure, key))
		}
	case []any:
		if structure != nil {
			for _, item := range value {
				settle(item, structure.Items)
			}
		}
	}
}

func childOf(structure *schema.Structural, key string) *schema.Structural {
	if structure == nil {
		return nil
	}
	if property, ok := structure.Properties[key]; ok {
		return &property
	}
	if structure.AdditionalProperties != nil {
		return structure.AdditionalProperties.Structural
	}
	return nil
}

// What the API server makes of metadata, which no CustomResourceDefinition describes.
func readMetadata(of object) (*metav1.ObjectMeta, error) {
	written, ok := of["metadata"].(object)
	if !ok {
		return nil, errors.New("metadata is missing, or no map")
	}
	meta := &metav1.ObjectMeta{}
	if err := into(written, meta); err != nil {
		return nil, err
	}
	if meta.Name == "" && meta.GenerateName == "" {
		return nil, errors.New("metadata.name is missing")
	}
	return meta, nil
}

// An untyped value as a typed one, decoded as the API server and the operator decode.
func into(value any, typed any) error {
	text, err := json.Marshal(value)
	must(err)
	return kjson.UnmarshalCaseSensitivePreserveInts(text, typed)
}
