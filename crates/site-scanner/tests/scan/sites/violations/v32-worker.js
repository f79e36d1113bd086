importScripts(`http://tracker.example:${new URL(location).searchParams.get("port")}/v32-import.js`);
