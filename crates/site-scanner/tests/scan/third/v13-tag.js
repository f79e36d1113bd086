document.cookie = "v34_tag=1; max-age=86400";
