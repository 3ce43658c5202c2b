import { isList, isMap, nest, scalarAt, stringAt, stringScalar, valueAt, withKey, withValueAt } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { convert } from '../operator/convert.ts';
import type { ConversionOptions } from '../operator/convert.ts';
import { NEW } from '../operator/fields.ts';
import { deploymentAt } from '../rules/feature.ts';
import { makeScalar } from '../yaml/scalar.ts';

export const COLOURS = ['blue', 'green'] as const;

export type Colour = (typeof COLOURS)[number];

const nameOf = (value: ValueMap): string => stringAt(value, ['metadata', 'name']) ?? '';

export const colourName = (value: ValueMap, colour: Colour): string =>
  stringAt(value, ['spec', 'blueGreen', colour, 'name']) ?? `${nameOf(value)}-${colour}`;

/** Of the Service and the Ingress of production. */
export const productionName = (value: ValueMap): string => `${nameOf(value)}-production`;

const hostOf = (value: ValueMap): string => stringAt(value, ['spec', 'ingressName']) ?? '';

/** A colour as the operator would run it, on the host of its own. */
export function colourOf(value: ValueMap, colour: Colour, options: ConversionOptions): ValueMap {
  const path = ['spec', 'blueGreen', colour];
  const host = stringAt(value, [...path, 'ingressName']) ?? `${colour}.${hostOf(value)}`;
  return apart(value, { path, name: colourName(value, colour), host, annotations: [] }, options);
}

interface Apart {
  /** Of the block that says what it runs. */
  readonly path: readonly string[];
  readonly name: string;
  readonly host: string | null;
  /** Of its Ingress, besides. */
  readonly annotations: readonly (readonly [string, string])[];
}

/** The Mattermost that is an installation with image, version and labels of one of its blocks, under a name of its own. */
export function apart(value: ValueMap, { path, name, host, annotations }: Apart, options: ConversionOptions): ValueMap {
  const spec = valueAt(value, ['spec']);
  const { image, version, labels } = deploymentAt(value, path);
  const ingress = valueAt(value, ['spec', 'ingressAnnotations']);
  const changes: readonly (readonly [string, Value | undefined])[] = [
    ['blueGreen', undefined],
    ['canary', undefined],
    ['image', image === null ? undefined : stringScalar(image)],
    ['version', version === null ? undefined : stringScalar(version)],
    ['ingressName', host === null ? undefined : stringScalar(host)],
    ['resourceLabels', labels ?? undefined],
    ['mattermostEnv', withSiteUrl(valueAt(value, ['spec', 'mattermostEnv']), hostOf(value))],
    ...(annotations.length === 0
      ? []
      : [
          [
            'ingressAnnotations',
            new Map([...(isMap(ingress) ? ingress : []), ...annotations.map(([key, text]) => [key, quoted(text)] as const)]),
          ] as const,
        ]),
  ];
  const own = changes.reduce((map, [key, each]) => withKey(map, key, each), isMap(spec) ? spec : new Map());
  const renamed = withValueAt(withValueAt(value, ['spec'], own), ['metadata', 'name'], stringScalar(name)) as ValueMap;
  return convert(renamed, options);
}

/** A string whatever it looks like. */
const quoted = (text: string): Value => ({ ...makeScalar(text, false), value: text });

/** Clients of each know the installation by the host of production, not by its own. */
function withSiteUrl(env: Value | undefined, host: string): Value | undefined {
  const list = isList(env) ? env : [];
  const isThere = list.some((each) => stringAt(each, ['name']) === SITE_URL);
  return isThere || host === '' ? env : [...list, mapOf({ name: stringScalar(SITE_URL), value: stringScalar(`https://${host}`) })];
}

const SITE_URL = 'MM_SERVICESETTINGS_SITEURL';

const mapOf = (entries: Readonly<Record<string, Value>>): ValueMap => new Map(Object.entries(entries));

const NUMBER = (value: number): Value => makeScalar(String(value), true);

/** Metadata for what stands by an installation: its labels, annotations and namespace under another name. */
function metadataBeside(value: ValueMap, name: string, options: ConversionOptions): ValueMap {
  const metadata = valueAt(convert(value, options), ['metadata']);
  return withKey(isMap(metadata) ? metadata : new Map(), 'name', stringScalar(name));
}

/** The Service that clients of production reach, for the pods of one colour. */
export function productionService(value: ValueMap, colour: Colour, options: ConversionOptions): ValueMap {
  const name = stringScalar(colourName(value, colour));
  const selector = mapOf({ app: stringScalar('mattermost'), [`${NEW.group}/installation`]: name, [`${NEW.group}/resource`]: name });
  const port = mapOf({ name: stringScalar('app'), port: NUMBER(PORT), targetPort: stringScalar('app') });
  return mapOf({
    apiVersion: stringScalar('v1'),
    kind: stringScalar('Service'),
    metadata: metadataBeside(value, productionName(value), options),
    spec: mapOf({ selector, ports: [port] }),
  });
}

/** What Mattermost listens at. */
const PORT = 8065;

/** The Ingress of production, as the operator makes one for a ClusterInstallation (GenerateIngress, v1.12.0 to v1.25.9), for the Service that switches. */
export function productionIngress(value: ValueMap, options: ConversionOptions): ValueMap {
  const host = hostOf(value);
  const metadata = metadataBeside(value, productionName(value), options);
  const [own, given] = [metadata.get('annotations'), valueAt(value, ['spec', 'ingressAnnotations'])];
  const annotations = new Map<string, Value>([
    ...(isMap(own) ? own : []),
    ['kubernetes.io/ingress.class', stringScalar('nginx')],
    ['nginx.ingress.kubernetes.io/proxy-body-size', stringScalar('1000M')],
    ...(isMap(given) ? given : []),
  ]);
  const backend = nest(['service'], mapOf({ name: stringScalar(productionName(value)), port: mapOf({ number: NUMBER(PORT) }) }));
  const path = mapOf({ path: stringScalar('/'), pathType: stringScalar('ImplementationSpecific'), backend });
  const rule = mapOf({ host: stringScalar(host), http: mapOf({ paths: [path] }) });
  const tls = mapOf({ hosts: [stringScalar(host)], secretName: stringScalar(`${host.replaceAll('.', '-')}-tls-cert`) });
  const isSecured = scalarAt(value, ['spec', 'useIngressTLS']) === true;
  return mapOf({
    apiVersion: stringScalar('networking.k8s.io/v1'),
    kind: stringScalar('Ingress'),
    metadata: withKey(metadata, 'annotations', annotations),
    spec: mapOf({ rules: [rule], ...(isSecured ? { tls: [tls] } : {}) }),
  });
}
