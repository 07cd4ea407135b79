/** Entry: many cameras live. */
import "./styles/player.css";
import "./styles/wall.css";
import "./player/define";
import { CustodesWall } from "./wall/element";

if (!customElements.get("custodes-wall")) customElements.define("custodes-wall", CustodesWall);
