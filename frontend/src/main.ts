/** What every page loads: styles, htmx, and small helps for parts that work without them too. */
import "./styles/main.css";
import "./styles/pages";
import { wireAlarmBell } from "./page/alarm_bell";
import { wireDensity } from "./page/density";
import { wireDialogs } from "./page/dialogs";
import { focusFirstError } from "./page/errors";
import { wireLiveParts } from "./page/live_parts";
import { definePicturePair } from "./page/picture_pair";
import { wireMenu } from "./page/menu";
import { wireRowKeys } from "./page/rows";
import { wireSpans } from "./page/spans";
import { wireTaking } from "./page/taking";
import { showCurrentTab, showLatestDay } from "./page/in_sight";
import { wireThemeButton } from "./page/theme_button";

void wireLiveParts();
wireThemeButton();
wireAlarmBell();
wireMenu();
definePicturePair();
wireDialogs();
wireDensity();
wireRowKeys();
wireSpans();
wireTaking();
showCurrentTab();
showLatestDay();
focusFirstError();
