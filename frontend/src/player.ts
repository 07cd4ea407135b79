/** Entry: one camera, live and playback. */
import "./styles/player.css";
import "./styles/steer.css";
import "./styles/speak.css";
import "./styles/timeline.css";
import "./player/define";
import { wireTogether } from "./player/together";
import { CustodesTimeline } from "./timeline/element";

if (!customElements.get("custodes-timeline")) customElements.define("custodes-timeline", CustodesTimeline);
wireTogether();
