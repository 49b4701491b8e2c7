import { useEffect } from 'preact/hooks';
import { said, copy, say } from './copy';
import { Help } from './help';
import { bindings, focusFilter, keyText, leader, type Binding } from './keys';
import { Login } from './login';
import { isKiosk, isMenuOpen, overlay } from './overlays';
import { Palette } from './palette';
import { PreferencesBox } from './preferencesBox';
import { prefer, preferences } from './preferences';
import { go, href, route } from './router';
import { Banner } from './banner';
import { Boundary } from './boundary';
import { ModeBadge, Strip, togglePause } from './strip';
import { shiftRange } from './range';
import { isLoginNeeded } from '../data/server';
import { exporter, mode, refreshes, system } from '../data/store';
import { FigureTooltip } from '../figures/tooltip';
import { times } from '../format/numbers';
import { pages, type Page } from '../pages/registry';

const pageOf = (id: string): Page | undefined => pages.find((page) => page.id === id);

function close(): void {
  if (overlay.value) overlay.value = null;
  else if (isKiosk.value) isKiosk.value = false;
  else if (document.activeElement instanceof HTMLElement && document.activeElement !== document.body) {
    document.activeElement.blur();
  } else history.back();
}

const toggle = (name: 'help' | 'palette' | 'preferences') => {
  overlay.value = overlay.value === name ? null : name;
};

function keys(): Binding[] {
  const pageKeys = pages.filter((page) => page.key)
    .map((page) => ({ keys: `g ${page.key}`, what: page.title, run: () => go(href(page.id)) }));
  return [
    { keys: '?', what: 'This help', run: () => toggle('help') },
    { keys: 'mod+k', what: 'Go to an account, a market or a page', run: () => toggle('palette') },
    { keys: '/', what: 'Filter', run: focusFilter },
    ...pageKeys,
    { keys: 't z', what: 'Zoom time out', run: () => shiftRange('out') },
    { keys: 't ArrowLeft', what: 'Earlier', run: () => shiftRange('earlier') },
    { keys: 't ArrowRight', what: 'Later', run: () => shiftRange('later') },
    { keys: 'd r', what: 'Refresh', run: () => { refreshes.value++; } },
    { keys: 'd k', what: 'Kiosk: the page alone', run: () => { isKiosk.value = !isKiosk.value; } },
    { keys: 'd l', what: 'Legends', run: () => prefer('legends', !preferences.value.legends) },
    { keys: 'p', what: 'Pause and resume', run: togglePause },
    { keys: 'e', what: 'Export what is shown', run: () => (exporter.value ?? nothingToExport)() },
    { keys: 'c l', what: 'Copy the link to this view', run: () => copy(location.href) },
    { keys: 'Escape', what: 'Back', run: close },
  ];
}

const nothingToExport = () => say('Nothing to export on this page');

export function Shell() {
  const { page: id, path, query } = route.value;
  const page = pageOf(id);
  useEffect(() => { bindings.value = keys(); }, []);
  useEffect(() => { isMenuOpen.value = false; }, [id]);
  return (
    <div class={`shell${isKiosk.value ? ' kiosk' : ''}`}>
      <a class="skip" href="#content" onClick={(event) => {
        event.preventDefault();
        document.getElementById('content')?.focus();
      }}>Skip to the page</a>
      <header class="top">
        <div class="brand">
          <button type="button" class="menu" aria-expanded={isMenuOpen.value} aria-controls="rail"
            onClick={() => { isMenuOpen.value = !isMenuOpen.value; }}>Pages</button>
          <a href="#/overview" class="name">OrleansLeverage</a>
          <ModeBadge />
        </div>
        <Strip />
      </header>
      <Rail current={id} />
      <main id="content" tabIndex={-1}>
        <Banner />
        {isLoginNeeded.value ? <Login /> : (
          <>
            <div class="title">
              <h1>{page?.title ?? 'No such page'}</h1>
              <p>{page?.question ?? 'The address names none; the rail on the left does.'}</p>
            </div>
            {page ? <Boundary key={id}><page.view path={path} query={query} /></Boundary> : null}
          </>
        )}
      </main>
      <Title page={page?.title ?? 'Not found'} />
      <Overlays />
      <FigureTooltip />
      <p class="said" role="status" aria-live="polite">{leader.value ? `${leader.value} ...` : said.value}</p>
    </div>
  );
}

/** The headline in the browser's tab; by itself, so that a new figure does not draw the shell and the page anew. */
function Title({ page }: { page: string }) {
  const figures = system.value;
  const leverage = figures ? `${times(figures.marketLeverage)} ` : '';
  const text = `${leverage}${page} [${mode.value || '...'}] OrleansLeverage`;
  useEffect(() => { document.title = text; }, [text]);
  return null;
}

function Overlays() {
  const onClose = () => { overlay.value = null; };
  switch (overlay.value) {
    case 'help': return <Help onClose={onClose} />;
    case 'palette': return <Palette onClose={onClose} />;
    case 'preferences': return <PreferencesBox onClose={onClose} />;
    default: return null;
  }
}

function Rail({ current }: { current: string }) {
  return (
    <nav id="rail" class={`rail${isMenuOpen.value ? ' open' : ''}`} aria-label="Pages">
      <ul>
        {pages.filter((page) => !page.isHidden).map((page) => (
          <li key={page.id}>
            <a href={href(page.id)} aria-current={page.id === current ? 'page' : undefined}>
              <span>{page.title}</span>
              {page.key && preferences.value.keys ? <kbd aria-hidden="true">g {page.key}</kbd> : null}
            </a>
          </li>
        ))}
      </ul>
      <div class="foot">
        <button type="button" onClick={() => toggle('palette')}>Go to <kbd aria-hidden="true">{keyText('mod+k')}</kbd>
        </button>
        <button type="button" onClick={() => toggle('preferences')}>Preferences</button>
        <button type="button" onClick={() => toggle('help')}>Keyboard <kbd aria-hidden="true">?</kbd></button>
        <p><a href="openapi/v1.json">API</a></p>
      </div>
    </nav>
  );
}
