/** What every page loads: styles, htmx, and small helps for parts that work without them too. */
import "./styles/main.css";
import "./page/htmx";
import { wireDensity } from "./page/density";
import { wireDialogs } from "./page/dialogs";
import { focusFirstError } from "./page/errors";
import { wireMenu } from "./page/menu";
import { wireRowKeys } from "./page/rows";
import { wireSpans } from "./page/spans";
import { wireThemeButton } from "./page/theme_button";

// Pages' own styles, each file inside `@layer pages`.
import.meta.glob("./styles/pages/*.css", { eager: true });

wireThemeButton();
wireMenu();
wireDialogs();
wireDensity();
wireRowKeys();
wireSpans();
focusFirstError();
