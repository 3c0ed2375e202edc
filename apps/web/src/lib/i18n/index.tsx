'use client';

import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react';
import { createFormatter, type Formatter } from '../format';
import { useHydrated } from '../hydrated';
import { useStored } from '../use-stored';
import { type Dictionary, en } from './en';
import { zhCN } from './zh-cn';

/** Languages by the name their readers give them. */
export const LANGUAGES = { en: 'English', 'zh-CN': '简体中文' } as const;
export type Language = keyof typeof LANGUAGES;

const DICTIONARIES: Record<Language, Dictionary> = { en, 'zh-CN': zhCN };
const NAMES = Object.keys(LANGUAGES) as Language[];

interface Speech {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
  readonly text: Dictionary;
  readonly format: Formatter;
}

const SpeechContext = createContext<Speech | undefined>(undefined);

/** Speaks the chosen language, else the browser's; the exported pages are English. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [chosen, setLanguage] = useStored('language', [...NAMES, 'browser' as const], 'browser');
  const hydrated = useHydrated();
  const language = !hydrated ? 'en' : chosen === 'browser' ? browserLanguage() : chosen;
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const speech = useMemo(
    () => ({ language, setLanguage, text: DICTIONARIES[language], format: createFormatter(language) }),
    [language, setLanguage],
  );
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (!speech) throw new Error('no LanguageProvider above');
  return speech;
}

export const useText = (): Dictionary => useSpeech().text;
export const useFormat = (): Formatter => useSpeech().format;
export const useLanguage = () => useSpeech();

function browserLanguage(): Language {
  return navigator.languages.some((tag) => tag.toLowerCase().startsWith('zh')) && !navigator.languages[0]?.startsWith('en')
    ? 'zh-CN'
    : 'en';
}
