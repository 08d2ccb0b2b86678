import { en } from './words.en';
import { zh } from './words.zh';

export const languages = { zh: '中文', en: 'English' };
export const words = { en, zh };
