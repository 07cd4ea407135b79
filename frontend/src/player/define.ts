import { CustodesPlayer } from "./element";

if (!customElements.get("custodes-player")) customElements.define("custodes-player", CustodesPlayer);
