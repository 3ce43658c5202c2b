/** Whether a file is called like those that Kubernetes tools read; kustomize reads one without an extension. The case is not worth missing a file for. */
export const isManifestName = (file: string): boolean => file.endsWith('.yaml') || /\.(?:ya?ml|json)$|(?:^|\/)kustomization$/i.test(file);
