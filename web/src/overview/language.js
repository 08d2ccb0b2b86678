// The browser's language until another is chosen; a choice lasts, for it tells nothing about anybody.
import { languages } from './words';

const KEY = 'tongxin:language';

export function loadLanguage() {
  const kept = localStorage.getItem(KEY);
  if (kept in languages) return kept;
  const wanted = navigator.languages.map((tag) => tag.split('-')[0].toLowerCase());
  return wanted.find((tag) => tag in languages) ?? 'en';
}

export const saveLanguage = (language) => localStorage.setItem(KEY, language);
