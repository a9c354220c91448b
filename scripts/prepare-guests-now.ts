import { setup } from "./prepare-guests.ts";

setup();
