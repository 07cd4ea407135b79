/** Entry: the editor of masks for public release. */
import "./styles/masks.css";
import { CustodesMasks } from "./masks/element";

if (!customElements.get("custodes-masks")) customElements.define("custodes-masks", CustodesMasks);
