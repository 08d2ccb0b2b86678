import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { ask } from './api';

/** Answers to questions by name, `{ state: 'loading' | 'done' | 'failed', data, problem }` each; asked again when `key` changes. */
export function useAnswers(questions, key, how) {
  const [answers, setAnswers] = useState({ key });
  useEffect(() => {
    const abort = new AbortController();
    const set = (name, answer) => abort.signal.aborted || setAnswers((before) => ({ ...before, [name]: answer }));
    setAnswers({ key });
    for (const [name, [query, variables]] of Object.entries(questions)) {
      ask(query, variables, { ...how, signal: abort.signal }).then(
        (data) => set(name, { state: 'done', data, at: new Date() }),
        (problem) => set(name, { state: 'failed', problem }),
      );
    }
    return () => abort.abort();
    // The key stands for the questions and for how they are asked.
  }, [key]);
  // What was answered to other questions is not shown under these, not for one frame.
  return (name) => (answers.key === key && answers[name]) || { state: 'loading' };
}

// A4 less its margins, at 96 dots an inch: text drawn at this width keeps its size on paper.
const PAPER = 680;

/** The width to draw at: that of the element, or of the paper while printing. */
export function useWidth() {
  const ref = useRef(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    let printing = false;
    const measure = () => printing || setWidth(Math.round(element.getBoundingClientRect().width));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    const before = () => {
      printing = true;
      flushSync(() => setWidth(PAPER));
    };
    const after = () => {
      printing = false;
      measure();
    };
    addEventListener('beforeprint', before);
    addEventListener('afterprint', after);
    return () => {
      observer.disconnect();
      removeEventListener('beforeprint', before);
      removeEventListener('afterprint', after);
    };
  }, []);
  return [ref, width];
}
