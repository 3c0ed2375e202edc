import { CircleUser, Languages, LogOut, Monitor, Moon, Sun, WifiOff } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuLine } from '@/components/ui/menu';
import { LANGUAGES, useLanguage } from '@/lib/i18n';
import { useTheme } from '@/lib/theme';
import { Logo } from './logo';

const THEME_ICONS = { light: Sun, dark: Moon, system: Monitor };

export function TopBar({ userName, onSignOut, notice }: { userName: string; onSignOut: () => void; notice?: string | undefined }) {
  const { text } = useLanguage();
  return (
    <header className="sticky top-0 z-20 flex h-12 items-center gap-1 border-line border-b bg-canvas/90 px-3 backdrop-blur md:px-5">
      <span className="flex items-center gap-2 font-semibold md:hidden">
        <Logo size={22} /> Keelson
      </span>
      <div aria-live="polite" className="flex min-w-0 flex-1 items-center gap-2 px-2 text-warn text-xs">
        {notice && (
          <>
            <WifiOff aria-hidden className="size-4 shrink-0" />
            <span className="truncate">{notice}</span>
          </>
        )}
      </div>
      <Preferences />
      <Menu
        trigger={
          <Button tone="quiet" square aria-label={text.shell.account}>
            <CircleUser aria-hidden />
          </Button>
        }
      >
        <MenuLabel>{text.shell.signedInAs(userName)}</MenuLabel>
        <MenuLine />
        <MenuItem icon={<LogOut aria-hidden />} onSelect={onSignOut}>
          {text.shell.signOut}
        </MenuItem>
      </Menu>
    </header>
  );
}

/** Language and theme; also on the sign-in page. */
export function Preferences() {
  const { text, language, setLanguage } = useLanguage();
  const { theme, setTheme } = useTheme();
  const ThemeIcon = THEME_ICONS[theme];
  return (
    <>
      <Menu
        trigger={
          <Button tone="quiet" square aria-label={text.shell.language}>
            <Languages aria-hidden />
          </Button>
        }
      >
        <MenuChoice label={text.shell.language} value={language} choices={LANGUAGES} onChange={setLanguage} />
      </Menu>
      <Menu
        trigger={
          <Button tone="quiet" square aria-label={text.shell.theme}>
            <ThemeIcon aria-hidden />
          </Button>
        }
      >
        <MenuChoice label={text.shell.theme} value={theme} choices={text.shell.themes} onChange={setTheme} />
      </Menu>
    </>
  );
}
