def check_template(content):
    return []
