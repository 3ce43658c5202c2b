#!/usr/bin/env node
import { start } from './start.ts';

// Orchestrators before kustomize 5.7 give a function no arguments.
start(['krm', ...process.argv.slice(2)]);
