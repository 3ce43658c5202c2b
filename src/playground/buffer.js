// In a page nothing else is called so: the bundler puts this in its place.
export { Buffer } from 'buffer/index.js';
