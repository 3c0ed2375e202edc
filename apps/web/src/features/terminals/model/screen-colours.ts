import type { ITheme } from '@xterm/xterm';

/** The dark screen of the logs and terminals (globals.css), and the 16 colours on it. */
export const SCREEN_COLOURS: ITheme = {
  background: '#0f151b',
  foreground: '#d7dee6',
  cursor: '#4fb8c2',
  cursorAccent: '#0f151b',
  selectionBackground: '#2c5a61',
  black: '#26303a',
  red: '#f2857d',
  green: '#6fd19a',
  yellow: '#e6c06a',
  blue: '#7fb0f5',
  magenta: '#d79bf0',
  cyan: '#67c9d2',
  white: '#d7dee6',
  brightBlack: '#8391a0',
  brightRed: '#ff9d95',
  brightGreen: '#8be3b1',
  brightYellow: '#f3d48a',
  brightBlue: '#9cc3fa',
  brightMagenta: '#e5b5f8',
  brightCyan: '#86dae2',
  brightWhite: '#ffffff',
};
