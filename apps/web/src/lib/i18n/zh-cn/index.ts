import type { Dictionary } from '../en';
import { container, containers, inspect, mounts } from './containers';
import { errors } from './errors';
import { imageDetail, images, importImage, pull } from './images';
import { deaths, health } from './life';
import { limitForm, limits, problems, update } from './limits';
import { run } from './run';
import { common, shell, signIn, system } from './shell';
import { logs, metrics, streams, terminals } from './streams';

export const zhCN: Dictionary = {
  shell,
  signIn,
  common,
  system,
  errors,
  images,
  pull,
  importImage,
  imageDetail,
  containers,
  container,
  inspect,
  mounts,
  health,
  deaths,
  limits,
  limitForm,
  problems,
  update,
  run,
  streams,
  logs,
  metrics,
  terminals,
};
