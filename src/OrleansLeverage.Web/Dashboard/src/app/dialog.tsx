import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

/** A modal box: the browser keeps the focus inside, Escape and a click beside it close. */
export function Dialog({ title, onClose, children, class: more = '' }: { title: string; onClose: () => void;
  children: ComponentChildren; class?: string }) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = box.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={box} class={more} aria-labelledby={id}
      onCancel={(event) => { event.preventDefault(); onClose(); }}
      onClick={(event) => { if (event.target === box.current) onClose(); }}>
      <div class="dialog">
        <header>
          <h2 id={id}>{title}</h2>
          <button type="button" class="small" onClick={onClose}>Close</button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
